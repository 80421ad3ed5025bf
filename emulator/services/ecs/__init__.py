"""boto3's service ecs: its resource types, what moto lacks of it, what AWS refuses."""
