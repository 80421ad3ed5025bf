"""Tests on the environment of the program, made once for all of them."""
