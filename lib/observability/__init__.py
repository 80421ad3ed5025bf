"""What is seen of an environment: its logs."""
