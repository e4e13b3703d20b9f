"""Many starts: the optima, how often each is reached, and which start leads where."""
