"""Methods side by side from the θ(0) on the desk: the curves, the paths, and what each has spent."""
