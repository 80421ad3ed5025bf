"""boto3's service ec2: its resource types, what moto lacks of it, what AWS refuses."""
