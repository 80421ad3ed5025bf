"""The provider `random`: resources that are made on this machine."""
