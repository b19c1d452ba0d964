"""Formulas and algorithms of the value stream: pure Python and NumPy, no Django, no clock, no I/O."""
