"""Tests of the shop, all on a real PostgreSQL."""
