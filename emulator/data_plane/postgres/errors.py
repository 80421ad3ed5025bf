"""What keeps a database from starting."""


class DatabaseError(RuntimeError):
    """A database does not start, or does not do what it was asked; the text says why."""
