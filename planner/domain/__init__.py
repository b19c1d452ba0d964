"""Formulas and algorithms of the planner: pure Python and NumPy, no Django, no clock, no I/O."""
