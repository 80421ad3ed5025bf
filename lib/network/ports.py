"""Ports and networks that everybody knows: each is written here once."""

ANYWHERE = "0.0.0.0/0"

HTTP_PORT = 80
HTTPS_PORT = 443
DATABASE_PORT = 5432

# What the container listens on unless tap:containerPort says otherwise.
CONTAINER_PORT = 5000

# Whatever the container's port is: ECS registers each task on its own port, and a target group's
# port can't change without a replacement, which its fixed name would make collide
# (pulumi/pulumi-aws#4220).
TARGET_GROUP_PORT = 5000
