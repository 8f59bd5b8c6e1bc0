"""Hosts that routes write to, as far as the documentation tells how they answer: stateful, on this machine alone."""
