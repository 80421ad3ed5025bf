"""End to end: the real engine, by the Pulumi CLI, on an emulated AWS or in a real account."""
