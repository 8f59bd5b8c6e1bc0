"""The shipped catalogue in files that load fast: written when the wheel is built, read part by part; never YAML.

The files hold plain data only, in marshal's version 2: the same bytes on every Python that Gatepost runs on.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.rules.catalogue import Catalogue, Deferred, Part
from gatepost.rules.rule import Packed

FORMAT = "gatepost rules 2"
_MARSHAL = 2
_THOROUGH = "-thorough"
_INDEX = "index.bin"
_GATES = "gates.bin"
_STANDARDS = "standards.bin"
_CASES = "cases.bin"  # only for people who ask what a rule is about


def compiled_folder() -> str:
    """Return where the compiled files lie: beside the package, in a checkout where they are kept, if they are."""
    installed = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
    if not os.path.isdir(installed):
        from gatepost.rules.checkout import folder_of_checkout

        return folder_of_checkout() or installed
    return installed


def compile_shipped(policies_dir: str, out_dir: str) -> list[str]:
    """Write the compiled files of a policies folder; returns their names. Raises `UsageError` for what does not load.

    There is one file for each first folder of the ids (aws, docker …), one more for its rules for the audience
    `thorough`, which most runs leave out, and an index that says which types of resources each is about.
    """
    from gatepost.rules.catalogue import load
    from gatepost.rules.folders import policy_files

    catalogue = load(*policy_files(policies_dir))
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    tables = {name: dict(table) for name, table in catalogue.tables().items()}
    index: dict[str, Any] = {"format": FORMAT, "parts": {}}
    for rule in catalogue.rules():
        name = rule.id.partition("/")[0] + (_THOROUGH if rule.audience == "thorough" else "")
        part = parts.setdefault(name, {"rules": {}, "concepts": {}, "tables": {}})
        types = {language: tuple(found) for language, found in rule.types().items()}
        part["rules"][rule.id] = (_packed(rule.plain), types, rule.audience)
    for concept in catalogue.concepts():
        part = parts.setdefault(concept.name.partition(".")[0], {"rules": {}, "concepts": {}, "tables": {}})
        part["concepts"][concept.name] = _packed(concept.plain)
    if tables:
        parts["tables"] = {"rules": {}, "concepts": {}, "tables": tables}
    for name, part in parts.items():
        every: dict[str, set[str]] = {}
        for id in part["rules"]:
            for language, found in catalogue.rule(id).types().items():
                every.setdefault(language, set()).update(found)
        listed = {language: sorted(found) for language, found in sorted(every.items())}
        index["parts"][name] = {
            "types": listed,
            "rules": sorted(part["rules"]),
            "concepts": sorted(part["concepts"]),
            "tables": sorted(part["tables"]),
            "settings": {
                id: list(names) for id in sorted(part["rules"]) if (names := catalogue.rule(id).shared_settings)
            },
        }
    cases = {rule.id: list(rule.plain.get("cases", ())) for rule in catalogue.rules()}
    files = {_INDEX: index, _CASES: cases, **{f"{name}.bin": part for name, part in parts.items()}}
    os.makedirs(out_dir, exist_ok=True)
    for name, data in files.items():
        with open(os.path.join(out_dir, name), "wb") as file:
            file.write(marshal.dumps(data, _MARSHAL))
    return list(files)


def _packed(plain: Mapping[str, Any]) -> bytes:
    """Return what a file says without its cases, as bytes of its own: most rules apply to nothing in a repository."""
    return marshal.dumps({name: value for name, value in plain.items() if name != "cases"}, _MARSHAL)


def compile_gates(gates_dir: str, out_dir: str) -> str:
    """Write the shipped policies with the trees of their texts, so that no YAML is read for them; returns the name."""
    from gatepost.languages.positioned import read_yaml
    from gatepost.languages.positioned.frozen import freeze

    gates: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for file_name in sorted(os.listdir(gates_dir)):
        if file_name.endswith(".yaml"):
            with open(os.path.join(gates_dir, file_name), encoding="utf-8") as file:
                text = file.read()
            gates[file_name.removesuffix(".yaml")] = (text, freeze(read_yaml(text)))
    with open(os.path.join(out_dir, _GATES), "wb") as file:
        file.write(marshal.dumps(gates, _MARSHAL))
    return _GATES


def compile_standards(standards_dir: str, out_dir: str) -> str:
    """Write the files on standards into one, as they are; returns its name."""
    texts: dict[str, str] = {}
    for file_name in sorted(os.listdir(standards_dir)):
        if file_name.endswith(".yaml"):
            with open(os.path.join(standards_dir, file_name), encoding="utf-8") as file:
                texts[file_name.removesuffix(".yaml")] = file.read()
    with open(os.path.join(out_dir, _STANDARDS), "wb") as file:
        file.write(marshal.dumps(texts, _MARSHAL))
    return _STANDARDS


def read_cases(id: str, folder: str | None = None) -> Sequence[Mapping[str, Any]] | None:
    """Return the cases of a shipped rule; None where nothing is compiled (in a checkout)."""
    try:
        with open(os.path.join(folder or compiled_folder(), _CASES), "rb") as file:
            return marshal.loads(file.read()).get(id, ())
    except OSError:
        return None


def read_compiled(folder: str | None = None) -> Catalogue | None:
    """Return the compiled catalogue, its parts still unread; None where there is none (in a checkout)."""
    folder = folder or compiled_folder()
    try:
        with open(os.path.join(folder, _INDEX), "rb") as file:
            index = marshal.loads(file.read())
    except OSError:
        return None
    if index["format"] != FORMAT:
        return None

    def reader(name: str) -> Any:
        def read() -> Part:
            with open(os.path.join(folder, f"{name}.bin"), "rb") as file:
                found = marshal.loads(file.read())
            rules = {id: Packed(*packed) for id, packed in found["rules"].items()}
            return Part(rules, found["concepts"], found["tables"])

        return read

    return Catalogue(
        Deferred(
            {language: frozenset(types) for language, types in part["types"].items()},
            frozenset(part["rules"]),
            frozenset(part["concepts"]),
            frozenset(part["tables"]),
            reader(name),
            name.endswith(_THOROUGH),
            part["settings"],
        )
        for name, part in index["parts"].items()
    )
