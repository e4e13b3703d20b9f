"""The count table of Do & Batzoglou's Figure 1b, its M-step, and the derivation of each number."""
