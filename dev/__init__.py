"""The commands on this machine: an environment in an emulated AWS, the real engine on it."""
