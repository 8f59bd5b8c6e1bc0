"""Asks git about a working tree; never changes it."""

from __future__ import annotations

import os

# git is quick at this; a hook or a file system that hangs must not hold a pipeline for ever.
PATIENCE_SECONDS = 60


def has_repository(folder: str) -> bool:
    """Whether a folder lies within a git working tree."""
    return repository_top(folder) is not None


def repository_top(folder: str) -> str | None:
    """Return the top of the git working tree that a folder lies in, links resolved; None where there is none."""
    here = os.path.realpath(folder)
    while True:
        if os.path.exists(os.path.join(here, ".git")):
            return here
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above


def ignored_paths(folder: str) -> frozenset[str]:
    """Return what git ignores and does not track below `folder`: relative paths, folders without a final slash.

    Empty when the folder is in no repository, or git is not there or refuses: then nothing is passed over.
    """
    if not has_repository(folder):
        return frozenset()
    import subprocess  # not worth loading where there is no repository

    command = [
        "git",
        "-c",
        "core.fsmonitor=false",
        "ls-files",
        "-z",
        "--others",
        "--ignored",
        "--exclude-standard",
        "--directory",
    ]
    try:
        answer = subprocess.run(
            command, cwd=folder, capture_output=True, check=True, timeout=PATIENCE_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(os.fsdecode(path).rstrip("/") for path in answer.stdout.split(b"\0") if path)


def head_commit(folder: str) -> str:
    """Return the commit that is checked out at a folder, as hexadecimal digits; "" where there is none to be told."""
    if not has_repository(folder):
        return ""
    import subprocess

    command = ["git", "-c", "core.fsmonitor=false", "rev-parse", "--verify", "--quiet", "HEAD"]
    try:
        answer = subprocess.run(
            command, cwd=folder, capture_output=True, check=True, timeout=PATIENCE_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.decode("ascii", "replace").strip()


def tracked_files(folder: str) -> tuple[str, ...] | None:
    """Return the files below a folder that git tracks or would, sorted; None where git cannot tell."""
    if not has_repository(folder):
        return None
    import subprocess

    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(
            command, cwd=folder, capture_output=True, check=True, timeout=PATIENCE_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(sorted({os.fsdecode(path) for path in answer.stdout.split(b"\0") if path}))
