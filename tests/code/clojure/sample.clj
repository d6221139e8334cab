;; What Clojure can do to a parser.
(ns shapes.core
  (:require [clojure.string :as str]))

(def limit 16)

(defn add
  "Adds two numbers."
  [a b]
  (+ a b))

(defn- hidden [x] (str/trim x))

(defmacro twice [form] `(do ~form ~form))

(defprotocol Drawable
  (draw [this canvas]))

(defrecord Shape [name]
  Drawable
  (draw [this canvas] (line canvas (add 1 limit))))

(defmulti area :kind)
(defmethod area :circle [s] (hidden s))
(deftest adds (is (= 3 (add 1 2))))
