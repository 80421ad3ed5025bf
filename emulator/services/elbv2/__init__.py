"""boto3's service elbv2: its resource types, what moto lacks of it, what AWS refuses."""
