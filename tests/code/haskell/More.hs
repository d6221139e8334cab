module More (module Data.List, Kind (One, Two)) where

data Kind = One | Two Int deriving Show
class Plain a
newtype Wrapped = Wrapped Int deriving (Show)
instance Plain Kind where
calls list = let local = pick list
                 helper n = run n
             in case local of
                  Two found -> (use found) helper One
                  other -> other `with` Map.empty
operate = foldr (+++) One
