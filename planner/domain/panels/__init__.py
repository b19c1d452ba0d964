"""The filters of panels and boards: and, or and not over any field, as text, as a tree and as JSON."""
