"""What EM raises, and its lower bound: along a line, over two entries of θ, as a gradient."""
