"""Ports: each number is written here once."""

HTTP_PORT = 80
HTTPS_PORT = 443
DATABASE_PORT = 5432
