"""How it looks: colours, sizes of text, motion, screens."""
