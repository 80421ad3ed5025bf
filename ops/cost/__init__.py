"""What an environment costs: from the graph of the program and the prices of a region."""
