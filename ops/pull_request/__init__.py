"""The environment of a pull request: whether it is wanted, its settings, its image, its comment."""
