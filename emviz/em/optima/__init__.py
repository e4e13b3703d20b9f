"""Many starts, and where they end: optima, basins, exchanged components."""
