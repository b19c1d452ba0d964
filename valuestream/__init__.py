"""How work flows, where value is stuck, and what it earned."""
