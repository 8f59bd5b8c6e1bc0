"""Whether a plan was made from a root module, and with which variables; never reads a file's meaning beyond that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.languages.plans.overlay import equal_text
from gatepost.languages.plans.plan import Plan
from gatepost.languages.terraform.document import read_root
from gatepost.languages.terraform.given import NOTHING, Inputs
from gatepost.languages.terraform.modules import Reader
from gatepost.model.values import Value


def fits(plan: Plan, path: str, files: Reader) -> float:
    """Return how much of what the plan's root module and the one in a directory declare is the same, 0 to 1."""
    here = declared(path, files)
    there = {*plan.root.resources, *(f"module.{name}" for name in plan.root.calls)}
    there.update(f"variable.{name}" for name in plan.root.variables)
    there.update(f"output.{name}" for name in plan.root.outputs)
    return len(here & there) / (len(here | there) or 1)


def declared(path: str, files: Reader) -> frozenset[str]:
    """Return what the root module in a directory declares: "aws_vpc.main", "data.aws_ami.x", "module.net" …"""
    index = read_root(path, files).root.directory.index
    return frozenset(key.removeprefix("resource.") for key in index if key.startswith(_DECLARED))


_DECLARED = ("resource.", "data.", "module.", "variable.", "output.")


def unexplained(
    plan: Plan, path: str, files: Reader, var_files: Sequence[str], inputs: Inputs = NOTHING
) -> frozenset[str]:
    """Return the root module's variables that have another value in the plan than these files give them."""
    document = read_root(path, files, var_files, inputs)
    found: set[str] = set()
    for name, data in plan.variables.items():
        if f"variable.{name}" in document.root.directory.index:
            value = document.root.variable(name)
            if not says(value, data):
                found.add(name)
    return frozenset(found)


def says(value: Value, data: Any, depth: int = 0) -> bool:
    """Whether a value is known and the same as plain data."""
    literal: Any = value.literal
    if depth > 50 or value.unknown is not None:
        return False
    if isinstance(literal, tuple):
        elements = cast("tuple[Value, ...]", literal)
        if not isinstance(data, list) or len(cast("list[Any]", data)) != len(elements):
            return False
        return all(says(one, other, depth + 1) for one, other in zip(elements, cast("list[Any]", data), strict=True))
    if isinstance(literal, Mapping):
        members = cast("Mapping[str, Value]", literal)
        if not isinstance(data, dict):
            return False
        given = cast("dict[str, Any]", data)
        # An optional attribute of an object type that is not given is null in the plan.
        keys = [key for key in given if given[key] is not None or key in members]
        return all(key in given for key in members) and all(
            key in members and says(members[key], given[key], depth + 1) for key in keys
        )
    return not isinstance(data, dict | list) and equal_text(literal, data)
