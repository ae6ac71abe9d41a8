"""Slack, as a place where customers write."""
