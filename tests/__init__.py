"""Tests: of the parts (unit), of an environment through AWS's APIs (integration), of the engine."""
