"""The machine that emviz runs on: what is missing, how it is installed, and what a support desk asks."""
