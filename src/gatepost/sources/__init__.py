"""Finds and reads files; never understands what they say."""
