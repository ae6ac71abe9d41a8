"""The operator's command: the desk, its tokens, what is in quarantine, who is away."""
