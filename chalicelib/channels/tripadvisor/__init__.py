"""Reviews on Tripadvisor."""
