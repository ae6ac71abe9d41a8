"""A shop's own form, app or site, by Standard Webhooks both ways."""
