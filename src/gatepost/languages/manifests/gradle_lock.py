"""gradle.lockfile: the versions that Gradle has locked; never who needs them.

Source: "Locking Versions" in the Gradle User Manual.
"""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Locked, Manifest
from gatepost.model.places import Source, Span

_LINE = re.compile(r"^([\w.\-]{1,200}:[\w.\-]{1,200}):([^=\s]{1,100})=", re.MULTILINE)


def read(source: Source) -> Manifest:
    """Read a lock file of Gradle; lines that are none are passed over."""
    locked = [
        Locked(f"{one[1]}:{one[2]}", one[1], one[2], Span(source, *one.span(2))) for one in _LINE.finditer(source.text)
    ]
    sealed = "gradle writes this file"
    return Manifest(source, "gradle.lockfile", "maven", locked=tuple(locked[:MOST_ENTRIES]), sealed=sealed)
