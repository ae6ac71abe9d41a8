"""Instagram: direct messages, comments and mentions of one professional account."""
