"""What to build next, and why: applications, capabilities, stories, value and rank."""
