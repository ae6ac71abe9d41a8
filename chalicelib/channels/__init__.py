"""Every place where a customer writes. Pure: bytes in, events out; request out."""
