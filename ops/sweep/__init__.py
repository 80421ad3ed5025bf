"""What is left of pull requests: found, judged, and removed."""
