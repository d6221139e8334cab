{-# LANGUAGE GADTs #-}
-- | What Haskell can do to a parser.
module Data.Shapes
  ( Shape (..)
  , Drawable (draw)
  , area
  , limit
  ) where

import Data.List (sort, foldl')
import qualified Data.Map.Strict as Map
import Prelude hiding (lookup)

-- | How often.
limit :: Int
limit = 16

-- | A shape
-- with corners.
data Shape a
  = Circle { radius :: Double, label :: String }
  | Square Double
  deriving (Show, Eq)

newtype Name = Name { unName :: String }

type Handler = Int -> IO ()

-- | What can be drawn.
class Show a => Drawable a where
  draw :: a -> Canvas -> IO ()
  draw x c = line c (show x)
  sides :: a -> Int

instance Drawable (Shape a) where
  draw (Circle r _) c = paint c r
  draw s c = paint c (area s)
  sides _ = limit

-- | How large it is.
area :: Shape a -> Double
area (Circle r _) = scale r * pi
area (Square a)
  | a > 0 = a * a
  | otherwise = 0
  where
    helper x = transform x

total :: [Shape a] -> Map.Map String Double
total shapes = Map.fromList (map pair (sort shapes))
  where pair s = (label s, area s)

(<+>) :: Int -> Int -> Int
a <+> b = a + b

main :: IO ()
main = do
  let s = Circle 1 "x"
  draw s canvas
  print $ total [s]
