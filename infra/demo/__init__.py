"""`make demo`: the local cloud, a two-minute story on it, and what was measured meanwhile."""
