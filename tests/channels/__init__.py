"""The channels, each on recorded payloads."""
