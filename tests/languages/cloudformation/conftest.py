"""Lets these tests import the fuzz functions in tests/fuzz, and takes as long as a busy machine needs."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parents[2]))
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
