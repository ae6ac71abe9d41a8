"""What a person sees of a ticket, in words of his language: pure, for mails and pages alike."""
