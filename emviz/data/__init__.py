"""The tables: text files in, text files out. Knows no model."""
