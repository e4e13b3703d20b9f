"""Standard errors, information and profile likelihoods: how sure θ is."""
