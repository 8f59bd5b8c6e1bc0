"""Applies and proves fixes; never writes what is not proved."""
