"""Opening files: the dialect, the model's reading of it, and earlier openings of the same file."""
