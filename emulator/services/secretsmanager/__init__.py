"""boto3's service secretsmanager: its resource types, what moto lacks of it, what AWS refuses."""
