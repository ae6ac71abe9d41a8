"""E-mail through Amazon SES: real MIME in, real MIME out, nothing believed that SES didn't say."""
