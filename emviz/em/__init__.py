"""The algorithm: steps, bounds, domains, pictures as data. Knows no particular model."""
