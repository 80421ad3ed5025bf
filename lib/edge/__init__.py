"""The edge: how requests from the internet reach the service."""
