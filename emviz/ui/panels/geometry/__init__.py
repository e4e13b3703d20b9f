"""Geometry without Qt: label placement, contours, the simplex, thinned lines."""
