"""verify: whether an environment is what was deployed, and whether it works."""
