"""A real PostgreSQL behind each cluster of Aurora, with TLS, on a loopback address."""
