"""The page of a map's flow charts."""
