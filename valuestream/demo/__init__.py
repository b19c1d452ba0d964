"""The demo: a ferry company's backlog with eight finished sprints, seeded and believable."""
