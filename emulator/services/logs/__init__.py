"""boto3's service logs: its resource types, what moto lacks of it, what AWS refuses."""
