"""The door for files: how one is written, what a model makes of it, and how it was opened before."""
