"""Resource types: how Pulumi resources are made, described, updated and deleted through boto3."""
