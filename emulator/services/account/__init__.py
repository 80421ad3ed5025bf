"""boto3's service account: what moto lacks of it."""
