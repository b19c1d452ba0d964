"""Sprint plans: which story in which sprint, so that capabilities are finished where they earn most."""
