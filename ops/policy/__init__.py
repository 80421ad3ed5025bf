"""Policies: the least that IAM has to allow who works on environments."""
