"""The current session, the order of rendering, and the background computations."""
