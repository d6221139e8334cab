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

-- | A class.
class (Eq a, Show a) => Container f a | f -> a where
  -- | Empty one.
  empty :: f a
  insert, remove :: a -> f a -> f a
  insert = defaultInsert
  type Elem f
  infixr 5 `insert`

data Expr a where
  Lit :: Int -> Expr Int
  Plus, Minus :: Expr Int -> Expr Int
  deriving Show

data Rec = Rec { one, two :: !Int, three :: Maybe a } | Other { one :: Int } deriving (Eq)
newtype Wrap m a = Wrap { runWrap :: m a }
type family Fam a where { Fam Int = Bool }
instance Container [] Int where { empty = []; insert x xs = x : xs }
deriving instance Eq Kind
(<+>) :: Int -> Int -> Int
a <+> b = plus a b
x `op` y = times x y
guarded n | n > 0, even n = pos n | otherwise = neg n where pos = id; neg = negate
multi 0 = zero
multi n = let go k = go (k - 1) in go n
pattern P x = Just x
foreign import ccall "sin" c_sin :: Double -> Double
main :: IO ()
main = do { line <- getLine; mapM_ (putStrLn . show) [line]; when True $ run line }
