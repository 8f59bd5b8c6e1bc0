"""Loads the files whose cases are to be run, with everything they speak of; never judges anything itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from gatepost.languages.positioned import Node
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.rules.catalogue import Catalogue, Part
from gatepost.rules.compiled import read_compiled
from gatepost.rules.folders import read_source, rule_id, shipped_folder, yaml_below
from gatepost.rules.loading import Loaded, ResourceFile, read_resource_file, read_rule_file
from gatepost.rules.proofreading import proofread
from gatepost.testing.cases import CaseResult, run_rule_cases
from gatepost.testing.resource_cases import run_resource_cases


def run_files(paths: Sequence[str]) -> Iterator[CaseResult | UsageError]:
    """Yield the result of every case in the files or folders; a file that does not load yields its error.

    The shipped resource files are there for all of them; one that does not load is an error only where it is given.
    """
    try:
        given = list(dict.fromkeys(found for path in paths for found in _files(path)))
    except UsageError as error:
        yield error
        return
    rules: list[Loaded] = []
    resources: dict[str, ResourceFile] = {}
    for path in given:
        try:
            source = read_source(path)
            if is_resource_file(source):
                resources[os.path.abspath(path)] = read_resource_file(source)
            else:
                rules.append(read_rule_file(id_of(path), source))
        except UsageError as error:
            yield error
    compiled = read_compiled()
    catalogue = compiled or Catalogue()
    shipped = () if compiled else _shipped(set(resources))
    for file in (*shipped, *resources.values()):
        catalogue.add(Part({}, {concept.name: concept.plain for concept in file.concepts}, file.tables))
    catalogue.add(Part({rule.name: rule.plain for rule in rules}, {}))
    for file in resources.values():
        for concept in file.concepts:
            yield from _one(catalogue, concept, False)
    for rule in rules:
        yield from _one(catalogue, rule, True)


def _one(catalogue: Catalogue, loaded: Loaded, is_rule: bool) -> Iterator[CaseResult | UsageError]:
    try:
        proofread(catalogue, [loaded] if is_rule else [], [] if is_rule else [loaded])
        if is_rule:
            results = run_rule_cases(loaded.name, loaded.plain, catalogue)
        else:
            results = run_resource_cases(loaded.source.path, loaded.plain, catalogue)
        for node, result in zip(_case_nodes(loaded), results, strict=True):
            line, _ = loaded.source.position(node.start)
            yield result._replace(path=loaded.source.path, line=line)
    except UsageError as error:
        yield error


def _case_nodes(loaded: Loaded) -> list[Node]:
    cases = loaded.node.get("cases")
    return cases.elements() if cases is not None else []


# Folders of `policies` that hold neither rules nor resources: policies, which have cases of another kind, and the maps
# of standards, which have none.
_OF_OTHERS = ("gates/", "standards/")


def _files(path: str) -> list[str]:
    if os.path.isdir(path):
        return [os.path.join(path, name) for name in yaml_below(path) if not name.startswith(_OF_OTHERS)]
    return [path]


def _shipped(given: set[str]) -> Iterator[ResourceFile]:
    folder = os.path.join(shipped_folder(), "resources")
    for name in yaml_below(folder):
        path = os.path.join(folder, name)
        if path not in given:
            try:
                yield read_resource_file(read_source(path, f"policies/resources/{name}"))
            except UsageError:
                continue  # somebody is working on it; its own run tells


def is_resource_path(path: str) -> bool:
    """Return the same of a file by its path; raises `UsageError` for one that cannot be read."""
    return is_resource_file(read_source(path))


def is_resource_file(source: Source) -> bool:
    """Return whether a file declares where things are kept, and is no rule."""
    lines = source.text.splitlines()
    return any(line.startswith(("found_in:", "table:")) for line in lines)


def id_of(path: str) -> str:
    """Return the id of a rule file: its path below the nearest folder called rules, else its name."""
    parts = os.path.abspath(path).replace(os.sep, "/").split("/")
    if "rules" in parts[:-1]:
        at = len(parts) - 2 - parts[:-1][::-1].index("rules")
        return rule_id("/".join(parts[at + 1 :]))
    return rule_id(parts[-1])
