"""Commits that are kept until their branch is made, for hosts that write both in one request; never a request.

Such hosts tell no tree's id before, so what a commit differs in from the one before it stands in place of a tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from gatepost.model.fix_requests import Content, Tip
from gatepost.model.git_ids import blob_id


class KeptCommits:
    """What is to be written, by the names that stand for trees and commits till then."""

    def __init__(self) -> None:
        self._kept_trees: dict[str, Sequence[tuple[Content, str]]] = {}
        self._kept_commits: dict[str, tuple[str, str, str]] = {}

    def write_tree(self, on: Tip, files: Sequence[tuple[Content, str]]) -> str:
        """Keep files (each with its mode) that are to be written over those of a commit; returns what names them."""
        del on
        tree = difference((one.path, mode, blob_id(one.after)) for one, mode in files)
        self._kept_trees[tree] = files
        return tree

    def write_commit(self, message: str, tree: str, parent: str) -> str:
        """Keep a commit until its branch is made; returns what names it till then."""
        name = hashlib.sha256("\0".join((message, tree, parent)).encode("utf-8", "surrogatepass")).hexdigest()
        self._kept_commits[name] = (message, tree, parent)
        return name

    def kept(self, commit: str) -> tuple[str, Sequence[Content], str]:
        """Return message, files and parent of a commit that was kept."""
        message, tree, parent = self._kept_commits[commit]
        return message, [one for one, _ in self._kept_trees[tree]], parent


def difference(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return what stands for a tree: a digest of (path, mode, git's id) of the files that a commit differs in."""
    told = "\0".join("\0".join(one) for one in sorted(entries))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
