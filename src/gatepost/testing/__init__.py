"""Runs the cases of rule and resource files; never imported on the way to a verdict."""
