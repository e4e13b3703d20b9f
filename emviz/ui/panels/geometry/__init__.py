"""Where things go: places, shapes and lines, without Qt."""
