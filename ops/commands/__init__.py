"""The commands of an operator, one file a command."""
