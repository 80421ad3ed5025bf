"""The provider plugin, started as the engine starts it, and spoken to in its protocol."""
