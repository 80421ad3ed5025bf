"""The inventory: what an environment is made of in AWS, and how it is found."""
