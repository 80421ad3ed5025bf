"""Settings: what can be chosen about an environment, checked and read."""
