"""What an environment is: its parts, its image, its tasks, its database, its logs."""
