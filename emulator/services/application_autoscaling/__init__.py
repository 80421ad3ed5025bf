"""boto3's service application-autoscaling: types, what moto lacks, what AWS refuses."""
