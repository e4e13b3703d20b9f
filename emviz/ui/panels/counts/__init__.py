"""The count table of Figure 1b, its M-step, and where each number comes from."""
