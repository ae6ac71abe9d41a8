"""Measures what Frontline promises about speed, each as a ratio to a floor of the same run."""
