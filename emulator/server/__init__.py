"""The emulated AWS as a server: moto on 127.0.0.1, and the interception of its calls."""
