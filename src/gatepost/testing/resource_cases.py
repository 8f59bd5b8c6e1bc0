"""Runs the cases of resource files: each place read, and written back; never a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions import ConditionError, compile_condition
from gatepost.model.changes import Change
from gatepost.model.problems import CannotWrite
from gatepost.rules.catalogue import Catalogue
from gatepost.rules.merging import merged
from gatepost.rules.placeholders import filled
from gatepost.rules.subjects import Subject
from gatepost.rules.world import World
from gatepost.rules.writing import add, remove, write
from gatepost.testing.cases import CaseResult, difference, edits_of, wanted_texts
from gatepost.testing.documents import apply, read_document, texts_of
from gatepost.testing.telling import flow, spelled


def run_resource_cases(file: str, plain: Mapping[str, Any], catalogue: Catalogue) -> list[CaseResult]:
    """Return the result of every case of one concept."""
    return [run_resource_case(file, plain["name"], case, catalogue) for case in plain.get("cases", ())]


def run_resource_case(file: str, name: str, case: Mapping[str, Any], catalogue: Catalogue) -> CaseResult:
    """Run one case: `reads` is a condition on the first subject; `write`, `add`, `remove` make `fixed` of the text."""
    texts = texts_of(case)
    document = read_document(texts)
    concept = catalogue.concept(name)
    world = World(document, catalogue)
    things = world.things(concept)
    differences = [f"line {p.location.region.start_line} cannot be read: {p.what}" for p in document.problems]
    if not things:
        differences.append(f"there is no {name} in it")
    for attribute, test in case.get("reads", {}).items() if things else ():
        try:
            outcome = compile_condition({attribute: test}, concept.schema()).judge(things[0], {})
        except ConditionError as error:
            differences.append(f"{attribute}: {error.message}")
            continue
        if outcome.truth is not True:
            state = "undecided" if outcome.truth is None else "false"
            got = things[0].get(attribute) if attribute not in ("any", "not") else None
            differences.append(f"{attribute}: {flow(test)} is {state}; it reads {spelled(got)}")
    if "fixed" in case and not differences:
        differences += _written(case, things[0], texts)
    return CaseResult(file, case["name"], not differences, "\n".join(differences))


def _written(case: Mapping[str, Any], subject: Subject, texts: Mapping[str, str]) -> list[str]:
    changes: list[Change] = []
    try:
        for name, new in case.get("write", {}).items():
            changes += write(subject, name, filled(new, subject, {}))
        for name, new in case.get("add", {}).items():
            changes += add(subject, name, filled(new, subject, {}))
        removed = case.get("remove", [])
        for name in [removed] if isinstance(removed, str) else removed:
            changes += remove(subject, name)
        edits = edits_of(subject.world.document, merged(changes))
    except CannotWrite as error:
        return [f"cannot be written: {error}"]
    now = apply(texts, edits)
    wanted = wanted_texts(case, texts)
    return [line for path, text in wanted.items() for line in difference(text, now.get(path, ""))]
