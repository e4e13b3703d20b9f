"""The objective and the lower bound that touches it."""
