"""go.sum: checksums of modules; which of them is used stands in go.mod, and never here.

Source: "Go Modules Reference".
"""

from __future__ import annotations

from gatepost.languages.manifests.manifest import Manifest
from gatepost.model.places import Source


def read(source: Source) -> Manifest:
    """Return the file as one that tells nothing."""
    return Manifest(source, "go.sum", "golang", sealed="go writes this file")
