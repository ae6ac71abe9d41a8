"""Text messages through AWS End User Messaging."""
