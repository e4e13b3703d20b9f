"""The precision of θ: standard errors and profile likelihoods."""
