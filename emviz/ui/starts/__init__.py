"""Many starts: which optima there are, how often each is reached, and which start leads where."""
