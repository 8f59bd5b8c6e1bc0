"""The way down from a tree of git to its files, for hosts that tell one folder at a time; never a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

_FOLDER = "040000"


def files_below(
    top: str, paths: Sequence[str], listed: Callable[[str], Mapping[str, tuple[str, str]]]
) -> dict[str, tuple[str, str]]:
    """Return (mode, git's id) of those paths that are files below the tree `top`.

    `listed` gives (mode, id) by name of what lies in a tree.
    """
    found: dict[str, tuple[str, str]] = {}
    for path in paths:
        *folders, name = path.split("/")
        tree = top
        for folder in folders:
            mode, id = listed(tree).get(folder, ("", ""))
            if mode != _FOLDER:
                break
            tree = id
        else:
            entry = listed(tree).get(name)
            if entry is not None and entry[0] != _FOLDER:
                found[path] = entry
    return found
