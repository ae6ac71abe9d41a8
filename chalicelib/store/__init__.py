"""The one table, and everything read from it or written to it."""
