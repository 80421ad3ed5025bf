"""AWS on this machine: the program evaluated under mocks, and its resources made in moto."""
