"""Any text as a unified diff, put into a text: what it makes or a reason."""

from __future__ import annotations

from gatepost.fixes.patches import PatchError, apply_patch, read_patch


def fuzz(data: bytes) -> None:
    """Read the bytes as a patch and put it in; must raise nothing but `PatchError`."""
    try:
        apply_patch(read_patch(data.decode("utf-8", "replace")), lambda path: "a\nb\n" if len(path) % 2 else None)
    except PatchError:
        return
