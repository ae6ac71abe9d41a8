"""What Frontline talks about: events, contacts, tickets, timers. Pure data, no I/O."""
