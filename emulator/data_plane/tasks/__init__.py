"""Tasks as processes of this machine: what ECS's containers do, without containers."""
