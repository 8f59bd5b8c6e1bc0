"""The policies of a checkout in their compiled form, as long as nothing of them has changed; never of an installation.

Reading some 800 files takes ten times as long as judging a small repository, so the tests make the compiled form once
(`keep_compiled`). A folder is named by what it was made from: an edited rule is read from its own file again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from hashlib import blake2b

_ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
_POLICIES = os.path.join(_ROOT, "policies")
_KEPT = os.path.join(_ROOT, "build")  # git ignores it
_PREFIX = "gatepost-rules-"
_OLD = 3600  # seconds; a process may still read from a younger one


def folder_of_checkout() -> str | None:
    """Return where the compiled form of the policies lies; None where there is none of how they stand today."""
    if not os.path.isdir(_KEPT):
        return None
    folder = os.path.join(_KEPT, _PREFIX + _fingerprint())
    return folder if os.path.isdir(folder) else None


def keep_compiled() -> str:
    """Compile the policies unless that is done; returns the folder. Raises `UsageError` for what does not load."""
    from gatepost.rules.compiled_writing import compile_shipped

    folder = os.path.join(_KEPT, _PREFIX + _fingerprint())
    if os.path.isdir(folder):
        return folder
    os.makedirs(_KEPT, exist_ok=True)
    made = tempfile.mkdtemp(prefix="making-", dir=_KEPT)
    try:
        compile_shipped(_POLICIES, made)
        os.rename(made, folder)
    except OSError:
        if not os.path.isdir(folder):  # else another process was faster
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    _remove_old(folder)
    return folder


def _remove_old(but: str) -> None:
    for entry in os.scandir(_KEPT):
        ours = entry.name.startswith((_PREFIX, "making-")) and entry.path != but
        if ours and entry.stat().st_mtime < time.time() - _OLD:
            shutil.rmtree(entry.path, ignore_errors=True)


def _fingerprint() -> str:
    """Return what changes with every edit of a policy, or of the code that compiles them."""
    digest = blake2b(digest_size=8)
    rules = os.path.dirname(os.path.abspath(__file__))
    house = os.path.dirname(rules)
    code = (rules, os.path.join(house, "conditions"), os.path.join(house, "languages", "dockerfile"))
    for folder in (os.path.join(_POLICIES, "rules"), os.path.join(_POLICIES, "resources"), *code):
        for entry in _files(folder):
            told = entry.stat()
            digest.update(f"{entry.path} {told.st_size} {told.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        elif entry.name.endswith((".yaml", ".yml", ".py")):
            yield entry
