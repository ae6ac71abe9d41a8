"""The outside world of the local cloud: the platforms' send APIs, their customers and a mailbox."""
