"""Thin handlers: what comes in is read, one service is called, what goes out is written."""
