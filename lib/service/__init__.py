"""The service: what runs, and what it runs with."""
