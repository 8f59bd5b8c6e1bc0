"""The shipped catalogue in files that load fast: read part by part; never YAML, and written by `compiled_writing`.

The files hold plain data only, in marshal's version 2: the same bytes on every Python that Gatepost runs on.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.rules.catalogue import Catalogue, Contents, Part

FORMAT = "gatepost rules 3"
THOROUGH = "-thorough"  # how the names of parts end whose rules are for that audience
INDEX = "index.bin"
GATES = "gates.bin"
STANDARDS = "standards.bin"
CASES = "cases.bin"  # only for people who ask what a rule is about


def compiled_folder() -> str:
    """Return where the compiled files lie: beside the package, in a checkout where they are kept, if they are."""
    installed = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
    if not os.path.isdir(installed):
        from gatepost.rules.checkout import folder_of_checkout

        return folder_of_checkout() or installed
    return installed


def read_cases(id: str, folder: str | None = None) -> Sequence[Mapping[str, Any]] | None:
    """Return the cases of a shipped rule; None where nothing is compiled (in a checkout)."""
    try:
        with open(os.path.join(folder or compiled_folder(), CASES), "rb") as file:
            return marshal.loads(file.read()).get(id, ())
    except OSError:
        return None


def read_compiled(folder: str | None = None) -> Catalogue | None:
    """Return the compiled catalogue, its parts still unread; None where there is none (in a checkout)."""
    folder = folder or compiled_folder()
    try:
        with open(os.path.join(folder, INDEX), "rb") as file:
            index = marshal.loads(file.read())
    except OSError:
        return None
    if index["format"] != FORMAT:
        return None

    def read(name: str) -> Part:
        with open(os.path.join(folder, f"{name}.bin"), "rb") as file:
            return Part(**marshal.loads(file.read()))

    names = index["parts"]
    rules, concepts, tables = (
        {one: names[number] for one, number in index[kind].items()} for kind in ("rules", "concepts", "tables")
    )
    thorough = frozenset(name for name in names if name.endswith(THOROUGH))
    return Catalogue(Contents(rules, concepts, tables, index["types"], thorough, index["settings"], read))
