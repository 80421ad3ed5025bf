"""boto3's service ecr: its resource types, what moto lacks of it, what AWS refuses."""
