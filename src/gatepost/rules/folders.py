"""Finds rule and resource files on disk and reads them; never looks inside."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gatepost.model.places import Source
from gatepost.model.problems import UsageError


def shipped_folder() -> str:
    """Return the policies folder of the checkout this package is run from; raises `UsageError` when there is none."""
    folder = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "..", "policies"))
    if not os.path.isdir(os.path.join(folder, "rules")):
        raise UsageError("the rules that belong to this installation are missing", hint="install Gatepost again")
    return folder


def read_source(path: str, shown: str = "") -> Source:
    """Return a file as a source; raises `UsageError` when it cannot be read as text."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return Source(shown or path, file.read(), "rule")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or 'it is no file').lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text") from None


def yaml_below(folder: str) -> Iterator[str]:
    """Yield the relative paths of YAML files below a folder, in order, with forward slashes."""
    for directory, names, files in os.walk(folder):
        names.sort()
        for name in sorted(files):
            if name.endswith((".yaml", ".yml")):
                yield os.path.relpath(os.path.join(directory, name), folder).replace(os.sep, "/")


def rule_id(path: str) -> str:
    """Return the id of a rule from its path below the rules folder."""
    return path.rpartition(".")[0]


def policy_files(folder: str) -> tuple[list[tuple[str, Source]], list[Source]]:
    """Return the rule files (with ids) and resource files of a folder with `rules` and `resources` in it."""
    shown = os.path.basename(folder.rstrip("/")) or folder
    rules = [
        (rule_id(path), read_source(os.path.join(folder, "rules", path), f"{shown}/rules/{path}"))
        for path in yaml_below(os.path.join(folder, "rules"))
    ]
    resources = [
        read_source(os.path.join(folder, "resources", path), f"{shown}/resources/{path}")
        for path in yaml_below(os.path.join(folder, "resources"))
    ]
    return rules, resources
