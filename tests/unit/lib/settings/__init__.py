"""Unit tests: the program under mocks, and its pure parts by themselves."""
