"""The second way into the emulated AWS: the table as a provider of Pulumi's real engine."""
