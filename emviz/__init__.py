"""emviz."""
