"""The services of AWS, a folder each, by their boto3 names."""
