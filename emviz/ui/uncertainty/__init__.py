"""How well θ is known: standard errors and the profile likelihood."""
