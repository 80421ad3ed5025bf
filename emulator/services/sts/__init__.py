"""STS in the emulated AWS."""
