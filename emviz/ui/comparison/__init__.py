"""Methods side by side from one θ(0): curves, paths and cost."""
