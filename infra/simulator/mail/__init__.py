"""E-mail as Amazon SES moves it: mails that come in, and the mails that the stack sent."""
