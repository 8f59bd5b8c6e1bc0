"""Which packages a package manager's command names; never whether they should be there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gatepost.languages.shell.places import Word
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value

_INSTALL = frozenset(("install",))


class Manager(NamedTuple):
    """How one package manager writes packages.

    `subcommands` install; `split` returns where the name ends, where what is said about the version begins, where the
    version begins (or None when it is not an exact one); `file_flags` take a file of packages, `one` flags a version.
    """

    subcommands: frozenset[str]
    split: Callable[[str], tuple[int, int, int | None] | None]
    file_flags: frozenset[str] = frozenset()
    version_flags: frozenset[str] = frozenset()


def _at_equals(text: str) -> tuple[int, int, int | None] | None:
    at = text.find("=")
    if at > 0:
        return at, at, at + 1
    at = text.find("/")
    # apt's package/release: a release moves, so it is no exact version.
    return (at, at, None) if at > 0 else None


_COMPARISON = r"[=<>~!]{1,3}"


def _compared(text: str) -> re.Match[str] | None:
    return re.compile(_COMPARISON).search(text, 1)


def _apk(text: str) -> tuple[int, int, int | None] | None:
    found = _compared(text)
    if not found:
        at = text.find("@", 1)
        return (at, at, None) if at > 0 else None
    exact = found[0] in ("=", "==", "~", "~=", "=~")
    return found.start(), found.start(), found.end() if exact else None


def _zypper(text: str) -> tuple[int, int, int | None] | None:
    found = _compared(text)
    return (found.start(), found.start(), found.end() if found[0] in ("=", "==") else None) if found else None


_PIP = r"(?:\[[^\]]{0,200}\])?\s{0,20}(===?|~=|>=|<=|!=|<|>)\s*"


def _pip(text: str) -> tuple[int, int, int | None] | None:
    found = re.compile(_PIP).search(text, 1)
    if not found:
        return None
    exact = found[1] in ("==", "===") and "*" not in text and "," not in text
    return found.start(), found.start(1), found.end() if exact else None


def _npm(text: str) -> tuple[int, int, int | None] | None:
    at = text.find("@", 1)
    if at < 0:
        return None
    rest = text[at + 1 :]
    plain = rest[:1].isdigit() or (rest[:1] == "v" and rest[1:2].isdigit()) or rest[:1] == "\x00"
    exact = plain and not any(mark in rest for mark in ("x", "*", " ", "|"))
    return at, at + 1, at + 1 if exact else None


def _go(text: str) -> tuple[int, int, int | None] | None:
    at = text.find("@", 1)
    if at < 0:
        return None
    moving = text[at + 1 :] in ("latest", "upgrade", "patch", "master", "main", "HEAD", "")
    return at, at + 1, None if moving else at + 1


def _gem(text: str) -> tuple[int, int, int | None] | None:
    at = text.find(":", 1)
    return (at, at + 1, at + 1) if at > 0 else None


def _conda(text: str) -> tuple[int, int, int | None] | None:
    found = _compared(text)
    if not found:
        return None
    exact = found[0] in ("=", "==") and "*" not in text and "," not in text
    return found.start(), found.start(), found.end() if exact else None


def _rpm(text: str) -> tuple[int, int, int | None] | None:
    """Split name-version[-release[.arch]]: version and release begin with a digit, as rpm's own reader has it."""
    last = text.rfind("-")
    if last <= 0 or not _digit(text, last + 1):
        return None
    before = text.rfind("-", 0, last)
    at = before if before > 0 and _digit(text, before + 1) else last
    return at, at + 1, at + 1


def _digit(text: str, at: int) -> bool:
    return text[at : at + 1].isdigit() or text[at : at + 1] == "\x00" or bool(re.match(r"\d+:", text[at : at + 6]))


_APT = Manager(frozenset(("install", "reinstall", "satisfy", "upgrade", "build-dep")), _at_equals)
_YUM = Manager(frozenset(("install", "reinstall", "localinstall", "upgrade", "downgrade")), _rpm)
_PIP_MANAGER = Manager(_INSTALL, _pip, frozenset(("r", "requirement")))
_CONDA = Manager(frozenset(("install", "create", "update")), _conda, frozenset(("f", "file")))
_NODE = frozenset(("install", "i", "add", "in", "ins"))

MANAGERS: dict[str, Manager] = {
    "apt-get": _APT,
    "apt": _APT,
    "aptitude": _APT,
    "apk": Manager(frozenset(("add",)), _apk),
    "yum": _YUM,
    "dnf": _YUM,
    "microdnf": _YUM,
    "tdnf": _YUM,
    "zypper": Manager(frozenset(("install", "in")), _zypper),
    "pip": _PIP_MANAGER,
    "pipx": Manager(_INSTALL, _pip),
    "uv": _PIP_MANAGER,
    "npm": Manager(_NODE, _npm),
    "pnpm": Manager(_NODE, _npm),
    "bun": Manager(_NODE, _npm),
    "yarn": Manager(frozenset(("add",)), _npm),
    "gem": Manager(_INSTALL, _gem, frozenset(), frozenset(("v", "version"))),
    "go": Manager(frozenset(("install", "get")), _go),
    "cargo": Manager(_INSTALL, _go, frozenset(), frozenset(("version", "vers"))),
    "conda": _CONDA,
    "mamba": _CONDA,
    "micromamba": _CONDA,
    "composer": Manager(frozenset(("require",)), _gem),
}

_FILE = r"(?:\.{0,2}/|~/|\.\.?\Z|[A-Za-z][A-Za-z0-9+.-]{1,20}://|file:)"
_ARCHIVE = r"\.(?:deb|rpm|apk|whl|tar\.gz|tgz|zip|tar\.bz2|gem|tar)\Z"
_ADDRESS = r"(?:git\+|https?://|git@)|\s@\s"


def package(manager: Manager, program: str, word: Word, version_flag: Value | None) -> Mapping[str, Value]:
    """Return the attributes of the package that a word names; `version_flag` is a version given beside it."""
    plain = word.plain
    whole = word.value()
    made: dict[str, Value] = {"text": whole}
    if is_file(program, plain):
        made["name"] = whole
        made["file"] = Value(True, word.span, notation=word.places.notation)
        return made
    parts = manager.split(plain)
    if parts is None:
        made["name"] = whole
        if version_flag is not None:
            made["version"] = made["constraint"] = version_flag
        elif whole.unknown is not None:
            # The hole may hold the version, or several packages.
            made["version"] = made["constraint"] = Value(Unknown(whole.unknown.why, True), word.span)
        return made
    name_end, constraint, version = parts
    made["name"] = word.part(0, name_end)
    made["constraint"] = word.part(constraint, len(plain))
    if version is not None and version < len(plain):
        made["version"] = word.part(version, len(plain))
    return made


def is_file(program: str, text: str) -> bool:
    """Return whether a package argument is a file, a directory or an address and no name in an index."""
    if program == "go":
        return text.startswith(("./", "../", "/", "."))
    if program in ("npm", "pnpm", "yarn", "bun"):
        return bool(re.match(_FILE, text) or re.search(_ARCHIVE, text) or text.startswith(("git+", "git@", "github:")))
    return bool(re.match(_FILE, text) or re.search(_ARCHIVE, text) or re.search(_ADDRESS, text))


def requirements(value: Value, span_of: Value) -> Mapping[str, Value]:
    """Return the attributes of a file of packages that a flag names."""
    return {"text": value, "name": value, "file": Value(True, span_of.span, notation=span_of.notation)}
