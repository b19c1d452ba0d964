"""What every part needs and no part owns: jobs, events on commit, errors, clock, live updates."""
