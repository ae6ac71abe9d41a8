"""Where the pure core meets the outside: receive, fold, deliver, sweep. All of it repeatable."""
