"""The objective and the parameters over the iterations."""
