"""What leaves Frontline: mails, SMS, platform calls, and the signed links and addresses in them."""
