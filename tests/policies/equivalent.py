"""Mutants that change nothing that a case could show, with the reason; never those for which a case is missing."""

from __future__ import annotations

EQUIVALENT = {}
