"""boto3's service iam: its resource types, what moto lacks of it, what AWS refuses."""
