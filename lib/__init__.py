"""The infrastructure of one environment of the e-commerce shop's Flask API."""
