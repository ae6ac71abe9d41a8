"""Who answers: what a message is about, who is there, and who has room."""
