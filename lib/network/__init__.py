"""The network: the VPC, its subnets and who may talk to whom in it."""
