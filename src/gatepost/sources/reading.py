"""Reads files into sources and says plainly what cannot be read; never follows a link out of the root."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable

from gatepost.model.places import Location, Source
from gatepost.model.problems import NOWHERE, Problem

# A file of this size is data, not something a person wrote; reading it would only cost memory.
MOST_BYTES = 32 * 1024 * 1024


# Told the path and the bytes of every file that is read, while somebody traces a run.
_listener: Callable[[str, Iterable[bytes]], None] | None = None


def listen(listener: Callable[[str, Iterable[bytes]], None] | None) -> None:
    """Let somebody hear which files are read from now on, and what is in them; None ends it."""
    global _listener
    _listener = listener


class Unreadable(Exception):
    """A file that cannot be read as text; `what` and `hint` are sentences for a problem."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def printable_path(path: str) -> str:
    """Return the path as text that can be written anywhere: bytes that are no UTF-8 become replacement characters."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class FileBytes:
    """The bytes of a file, read where they are cut out: `file[3:10]`. A file that became shorter gives fewer."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        pieces: list[bytes] = []
        try:
            os.lseek(self._descriptor, start, os.SEEK_SET)
            while start < stop and (piece := os.read(self._descriptor, min(stop - start, 1 << 20))):
                pieces.append(piece)
                start += len(piece)
        except OSError as error:
            raise Unreadable(f"the file cannot be read: {_reason(error)}", "look at the disk") from None
        return b"".join(pieces)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


def open_bytes(path: str, most: int) -> FileBytes:
    """Open a file of at most `most` bytes to read parts of it, until it is closed; raises `Unreadable`."""
    found = FileBytes(*_opened(path, most))
    if _listener is not None:
        _listener(path, (found[start : start + (1 << 20)] for start in range(0, len(found), 1 << 20)))
    return found


def read_bytes(path: str, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes, `most` of them; raises `Unreadable`."""
    descriptor, _ = _opened(path, most)
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            data = file.read()
    except OSError as error:
        raise Unreadable(f"the file cannot be read: {_reason(error)}", "look at the path and its permissions") from None
    finally:
        os.close(descriptor)
    if _listener is not None:
        _listener(path, (data,))
    return data


def _opened(path: str, most: int) -> tuple[int, int]:
    """Return a descriptor of a regular file, and its size; raises `Unreadable`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise Unreadable(
            f"the file cannot be opened: {_reason(error)}", "look at the path and its permissions"
        ) from None
    try:
        status = os.fstat(descriptor)
        if status.st_mode & 0o170000 != 0o100000:
            raise Unreadable("this is not a regular file", "give the path of a file")
        if status.st_size > most:
            size, limit = status.st_size >> 20, most >> 20
            raise Unreadable(f"the file is too large ({size} MB; the limit is {limit} MB)", "leave it out")
    except OSError as error:
        os.close(descriptor)
        raise Unreadable(f"the file cannot be read: {_reason(error)}", "look at the path and its permissions") from None
    except Unreadable:
        os.close(descriptor)
        raise
    return descriptor, status.st_size


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()


def decode(data: bytes) -> str:
    """Return the text of a file that has to be UTF-8 (a byte-order mark is dropped); raises `Unreadable`."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("the file is UTF-16 text", "save it as UTF-8")
    if b"\0" in data:
        raise Unreadable("the file holds NUL bytes, so it is not text", "exclude it, or save it as UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"the file is not UTF-8 (line {line})", "save it as UTF-8") from None


def _in_git(path: str) -> bool:
    return ".git" in path.lower() and ".git" in path.lower().replace(os.sep, "/").split("/")


class Files:
    """The readable files below a root, by relative path with forward slashes. Reads each when asked, keeps none.

    `hidden` holds the relative paths that are passed over (excluded or ignored), so that nobody reads them sideways.
    `asked` collects what was looked at, also in vain: paths, folders that were listed ("live/"; "/" is the top), and
    folders that were gone through ("live/**"). `distrusted` are files that are read as if they were not there.
    """

    def __init__(self, root: str, hidden: frozenset[str] = frozenset()) -> None:
        self.root = root
        self.hidden = hidden
        self.problems: dict[str, Problem] = {}
        self.asked: set[str] = set()
        self.distrusted: frozenset[str] = frozenset()
        self._real_root = os.path.realpath(root)

    def inside(self, path: str) -> str | None:
        """Return the absolute path of a relative one when it lies within the root, links resolved, else None.

        Nothing of `.git` does: a checkout keeps its credentials there.
        """
        self.asked.add(path)
        full = os.path.join(self.root, path)
        real = os.path.realpath(full)
        below = self._real_root.rstrip(os.sep) + os.sep
        if real == self._real_root or (real.startswith(below) and not _in_git(real[len(below) :])):
            return full
        return None

    def list(self, directory: str) -> list[str]:
        """Return the relative paths of the files right in a directory, sorted; empty when it is not there."""
        full = self.inside(directory)
        self.asked.add("/" if directory in (".", "") else directory.rstrip("/") + "/")
        if full is None:
            return []
        try:
            with os.scandir(full) as entries:
                names = sorted(entry.name for entry in entries if entry.is_file())
        except OSError:
            return []
        prefix = "" if directory in (".", "") else directory.rstrip("/") + "/"
        return [prefix + name for name in names if prefix + name not in self.hidden]

    def is_missing(self, path: str) -> bool:
        """Tell whether there is surely nothing at a relative path: it lies inside, and nobody passes over it."""
        full = self.inside(path)
        return full is not None and path not in self.hidden and not os.path.lexists(full)

    def data(self, path: str) -> bytes | None:
        """Return the bytes of a file; None when it is not there, passed over or cannot be read."""
        full = self.inside(path)
        if full is None or path in self.hidden:
            return None
        try:
            return read_bytes(full)
        except Unreadable:
            return None

    def below(self, directory: str, most: int) -> list[str] | None:
        """Return the paths of all files below a directory, relative to it and unsorted; no link is followed.

        None when there are more than `most`, or when one of them is a link or passed over, so that nobody takes a
        part for the whole.
        """
        top = self.inside(directory)
        self.asked.add("**" if directory in (".", "") else directory.rstrip("/") + "/**")
        if top is None:
            return None
        found: list[str] = []
        for folder, folders, names in os.walk(top):
            inside = os.path.relpath(folder, top).replace(os.sep, "/")
            prefix = "" if inside == "." else f"{inside}/"
            found += [prefix + name for name in names]
            for name in (*folders, *names):
                if (
                    os.path.islink(os.path.join(folder, name))
                    or posixpath.normpath(posixpath.join(directory, prefix + name)) in self.hidden
                ):
                    return None
            if len(found) > most:
                return None
        return [printable_path(path) for path in found]

    def read(self, path: str, kind: str = "") -> Source | None:
        """Return a file as a source, or None after noting in `problems` why it cannot be read.

        A file that is not there is None and no problem: whoever asks knows whether it ought to be.
        """
        full = self.inside(path)
        if full is not None and (path in self.distrusted or not os.path.lexists(full)):
            return None
        try:
            if full is None:
                raise Unreadable("the link leads out of the scanned folder", "scan the folder that it leads to")
            if printable_path(path) != path and kind_of(path).startswith("terraform"):
                raise Unreadable("the name of the file is not UTF-8", "give it another name")  # two may look the same
            text = decode(read_bytes(full))
        except Unreadable as error:
            self.problems[path] = Problem(Location(printable_path(path), NOWHERE), error.what, error.hint)
            return None
        return Source(printable_path(path), text, kind or kind_of(path))


def kind_of(path: str) -> str:
    """Return what a file's name says it is: "terraform", "tfvars", "dockerfile", "data" …; "" for nothing we read."""
    name = path.rpartition("/")[2]
    lower = name.lower()
    if lower.endswith((".tf", ".tofu")):
        return "terraform"
    if lower.endswith((".tf.json", ".tofu.json")):
        return "terraform-json"
    if lower.endswith(".tfvars"):
        return "tfvars"
    if lower.endswith(".tfvars.json"):
        return "tfvars-json"
    if lower.endswith((".yaml", ".yml", ".json", ".template")):
        return "data"
    stem = lower.partition(".")[0]
    if lower.endswith(".dockerignore"):
        return ""
    if stem.startswith(("dockerfile-", "dockerfile_")) and stem == lower:
        return "dockerfile"
    if (stem == "dockerfile" or stem.startswith("containerfile") or lower.endswith(".dockerfile")) and lower[
        -1:
    ] != "~":
        return "dockerfile"
    return ""
