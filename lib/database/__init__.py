"""The database: an Aurora PostgreSQL cluster and the secret that leads to it."""
