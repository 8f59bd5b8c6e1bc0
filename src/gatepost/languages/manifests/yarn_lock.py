"""yarn.lock of Yarn 1 and of Yarn 2 and later; never installs.

Source: https://github.com/yarnpkg/yarn (v1 "lockfile"), the "Lexicon" of Yarn's documentation (descriptors, locators).
"""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, MOST_REQUIRES, Locked, Manifest, Need, Project, Unfit
from gatepost.languages.manifests.nodes_of import inner, members, text_of, yaml_tree
from gatepost.model.places import Source, Span

_HEAD = re.compile(r"^(?![ \t#\r\n])([^\n]{1,20000}):[ \t]*\r?$", re.MULTILINE)
_VERSION = re.compile(r'^  version:? "?([^"\s]+)"?', re.MULTILINE)
_BLOCK = re.compile(r"^  (?:dependencies|optionalDependencies):[ \t]*\r?\n((?:    [^\n]*\n?)*)", re.MULTILINE)
_NEED = re.compile(r'^    "?([^"\s]+?)"?[: ] *"?([^"\n]*?)"?\r?$', re.MULTILINE)
_DESCRIPTOR = re.compile(r'"([^"]*)"|([^",\s][^,]*)')
_SEALED = "yarn writes this file"


def read(source: Source) -> Manifest:
    """Read a yarn.lock; raises `Unfit`."""
    if re.search(r"^__metadata:", source.text, re.MULTILINE):
        return _berry(source)
    return _classic(source)


def name_of(descriptor: str) -> str:
    """Return the package of a descriptor: "@a/b@npm:^1" is @a/b; of an alias ("a@npm:b@1") the one it stands for."""
    at = descriptor.find("@", 1)
    name, rest = (descriptor[:at], descriptor[at + 1 :]) if at > 0 else (descriptor, "")
    alias = rest[4:] if rest.startswith("npm:") else ""
    at = alias.find("@", 1)
    return alias[:at] if at > 0 else name


def _classic(source: Source) -> Manifest:
    text = source.text
    heads = list(_HEAD.finditer(text))[:MOST_ENTRIES]
    if not heads and text.strip() and "yarn lockfile" not in text[:500]:
        raise Unfit("it holds no packages")
    keys: dict[str, str] = {}
    rows: list[tuple[str, list[str], int, int]] = []
    for number, head in enumerate(heads):
        descriptors = [(one[1] or one[2]).strip() for one in _DESCRIPTOR.finditer(head[1])]
        end = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        rows.append((descriptors[0] if descriptors else "", descriptors, head.end(), end))
        for one in descriptors:
            keys[one] = rows[-1][0]
    locked: list[Locked] = []
    for key, _, start, end in rows:
        version = _VERSION.search(text, start, end)
        if version is None or not key:
            continue
        block = [line for found in _BLOCK.finditer(text, start, end) for line in _NEED.finditer(found[1])]
        needs = [
            Need(keys[f"{one[1]}@{one[2]}"], one[2]) for one in block[:MOST_REQUIRES] if f"{one[1]}@{one[2]}" in keys
        ]
        span = Span(source, version.start(1), version.end(1))
        locked.append(Locked(key, name_of(key), version[1], span, tuple(needs)))
    return Manifest(source, "yarn.lock v1", "npm", locked=tuple(locked), sealed=_SEALED)


def _berry(source: Source) -> Manifest:
    tree = yaml_tree(source)
    keys: dict[str, str] = {}
    rows = [(key, node) for key, _, node in members(tree) if key != "__metadata"][:MOST_ENTRIES]
    for key, _ in rows:
        for descriptor in key.split(","):
            keys[descriptor.strip()] = key
    locked: list[Locked] = []
    projects: list[Project] = []
    for key, node in rows:
        needs: list[Need] = []
        for name, _, value in members(node.get("dependencies")):
            wanted = _key_of(keys, name, text_of(value))
            if wanted and len(needs) < MOST_REQUIRES:
                needs.append(Need(wanted, text_of(value).removeprefix("npm:")))
        resolution = text_of(node.get("resolution"))
        _, is_workspace, folder = resolution.partition("@workspace:")
        version = node.get("version")
        if is_workspace:
            projects.append(Project("" if folder == "." else folder, tuple(needs)))
        elif version is not None and version.kind in ("text", "number"):
            span = inner(source, version)
            name = resolution[: resolution.find("@", 1)] if resolution.find("@", 1) > 0 else name_of(key)
            locked.append(Locked(key, name, span.text, span, tuple(needs)))
    return Manifest(source, "yarn.lock", "npm", locked=tuple(locked), projects=tuple(projects), sealed=_SEALED)


def _key_of(keys: dict[str, str], name: str, requirement: str) -> str:
    found = keys.get(f"{name}@{requirement}")
    return found or keys.get(f"{name}@npm:{requirement}") or ""
