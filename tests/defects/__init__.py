"""Deliberate defects, a module for each part of the tree; tests/mutants.py makes them."""
