"""Writes the compiled catalogue, the policies and the standards when the wheel is built; never reads them again."""

from __future__ import annotations

import marshal
import os
from collections.abc import Iterator, Mapping
from typing import Any, cast

from gatepost.conditions.expression_needs import needs_of
from gatepost.conditions.operands import names_in
from gatepost.languages.positioned import read_yaml
from gatepost.languages.positioned.frozen import freeze
from gatepost.rules.catalogue import Catalogue, load
from gatepost.rules.compiled import CASES, FORMAT, GATES, INDEX, STANDARDS, THOROUGH
from gatepost.rules.folders import policy_files

_MARSHAL = 2


def compile_shipped(policies_dir: str, out_dir: str) -> list[str]:
    """Write the compiled files of a policies folder; returns their names. Raises `UsageError` for what does not load.

    There is one file for each first folder of the ids (aws, docker …), one more for its rules for the audience
    `thorough`, which most runs leave out, and an index that says which types of resources each is about.
    """
    catalogue = load(*policy_files(policies_dir))
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    for rule in catalogue.rules():
        name = rule.id.partition("/")[0] + (THOROUGH if rule.audience == "thorough" else "")
        judging: tuple[Any, ...] = tuple(rule.read_for_judging())
        part = _part(parts, name)
        part["rules"][rule.id] = (_packed(rule.plain), marshal.dumps(judging, _MARSHAL))
        part["expressions"].update(_needs({**rule.plain, "cases": ()}, rule.settings))
    for concept in catalogue.concepts():
        _part(parts, concept.name.partition(".")[0])["concepts"][concept.name] = _packed(concept.plain)
    for name, table in catalogue.tables().items():
        _part(parts, "tables")["tables"][name] = dict(table)
    cases = {rule.id: list(rule.plain.get("cases", ())) for rule in catalogue.rules()}
    files = {INDEX: _index(catalogue, parts), CASES: cases, **{f"{name}.bin": part for name, part in parts.items()}}
    os.makedirs(out_dir, exist_ok=True)
    for name, data in files.items():
        with open(os.path.join(out_dir, name), "wb") as file:
            file.write(marshal.dumps(data, _MARSHAL))
    return list(files)


def _part(parts: dict[str, dict[str, dict[str, Any]]], name: str) -> dict[str, dict[str, Any]]:
    return parts.setdefault(name, {"rules": {}, "concepts": {}, "tables": {}, "expressions": {}})


def _needs(plain: Any, settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield, for each expression in a rule and in the settings that it looks for, what it cannot be found without."""
    if isinstance(plain, Mapping):
        for name, inner in cast("Mapping[str, Any]", plain).items():
            for text in _texts(inner, settings) if name == "matches" else ():
                try:
                    yield text, needs_of(text)
                except ValueError:
                    continue  # a setting that is no expression: the test that has it is false
            yield from _needs(inner, settings)
    elif isinstance(plain, list):
        for inner in cast("list[Any]", plain):
            yield from _needs(inner, settings)


def _texts(plain: Any, settings: Mapping[str, Any]) -> Iterator[str]:
    for one in cast("list[Any]", plain) if isinstance(plain, list) else [plain]:
        names = names_in(one)
        for name in names:
            yield from _texts(settings.get(name), {})
        if isinstance(one, str) and not names:
            yield one


def _index(catalogue: Catalogue, parts: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Return what `Contents` tells, with the places of parts in a list in place of their names."""
    names = sorted(parts)
    held = {
        kind: {one: number for number, name in enumerate(names) for one in parts[name][kind]}
        for kind in ("rules", "concepts", "tables")
    }
    rules = {id: held["rules"][id] for id in sorted(held["rules"])}
    types: dict[str, dict[str, list[int]]] = {}
    settings: dict[str, list[str]] = {}
    for place, id in enumerate(rules):
        rule = catalogue.rule(id)
        for language, found in rule.types().items():
            for type in found:
                types.setdefault(language, {}).setdefault(type, []).append(place)
        if rule.shared_settings:
            settings[id] = list(rule.shared_settings)
    return {"format": FORMAT, "parts": names, **held, "rules": rules, "types": types, "settings": settings}


def _packed(plain: Mapping[str, Any]) -> bytes:
    """Return what a file says without its cases, as bytes of its own: most rules apply to nothing in a repository."""
    return marshal.dumps({name: value for name, value in plain.items() if name != "cases"}, _MARSHAL)


def compile_gates(gates_dir: str, out_dir: str) -> str:
    """Write the shipped policies with the trees of their texts, so that no YAML is read for them; returns the name."""
    gates: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for file_name in sorted(os.listdir(gates_dir)):
        if file_name.endswith(".yaml"):
            with open(os.path.join(gates_dir, file_name), encoding="utf-8") as file:
                text = file.read()
            gates[file_name.removesuffix(".yaml")] = (text, freeze(read_yaml(text)))
    with open(os.path.join(out_dir, GATES), "wb") as file:
        file.write(marshal.dumps(gates, _MARSHAL))
    return GATES


def compile_standards(standards_dir: str, out_dir: str) -> str:
    """Write the files on standards into one, as they are; returns its name."""
    texts: dict[str, str] = {}
    for file_name in sorted(os.listdir(standards_dir)):
        if file_name.endswith(".yaml"):
            with open(os.path.join(standards_dir, file_name), encoding="utf-8") as file:
                texts[file_name.removesuffix(".yaml")] = file.read()
    with open(os.path.join(out_dir, STANDARDS), "wb") as file:
        file.write(marshal.dumps(texts, _MARSHAL))
    return STANDARDS
