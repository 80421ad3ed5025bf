"""What is left of an environment in its region, what it costs, and how it goes."""
