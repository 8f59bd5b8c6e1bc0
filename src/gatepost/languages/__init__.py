"""Reads infrastructure languages into documents and writes changes back as edits; never knows a rule."""
