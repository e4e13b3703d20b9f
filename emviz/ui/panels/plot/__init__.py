"""A plot in the dress of the window, and what is put down on one."""
