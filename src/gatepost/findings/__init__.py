"""Gives findings their identity and merges what several detectors saw; never decides what is to be done."""
