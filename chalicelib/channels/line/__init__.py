"""LINE Official Accounts."""
