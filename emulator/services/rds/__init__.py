"""boto3's service rds: its resource types, what moto lacks of it, what AWS refuses."""
