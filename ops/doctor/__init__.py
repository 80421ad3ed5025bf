"""What `doctor` looks at before an `up`, one file a topic."""
