"""Tooling: packaging, deploying, the local cloud and what plays the outside world for it."""
