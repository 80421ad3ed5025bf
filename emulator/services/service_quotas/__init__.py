"""boto3's service service-quotas: which quotas there are, and what moto lacks of them."""
