"""Deadlines as pure arithmetic: calendars, policies, timers and the moments they bring."""
