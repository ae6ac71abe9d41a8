"""LinkedIn company pages."""
