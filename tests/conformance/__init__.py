"""Comparisons with the real programs whose languages Gatepost reads."""
