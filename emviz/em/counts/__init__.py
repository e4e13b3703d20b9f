"""The table of expected counts as data: its rows, its derivations, what is shown of them."""
