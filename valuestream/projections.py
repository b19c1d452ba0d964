"""What the value stream keeps in the planner's own transaction: visits, spans and daily flow."""
