"""Prices of AWS: which there are, those of the snapshot, and those of the Price List API."""
