"""What a capability is worth: inputs with their spread, value by week, urgency, and how sure the figures are."""
