"""A run on paper: its sheets drawn into a PDF, with vectors and fonts."""
