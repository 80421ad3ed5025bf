"""Properties: what holds for every setting, in every order, and for any input."""
