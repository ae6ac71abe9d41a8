"""Reviews on Google: a Business Profile."""
