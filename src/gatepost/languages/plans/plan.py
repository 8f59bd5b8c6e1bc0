"""What a plan says: the resources as they will be, and the configuration it was made from; never how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.model.records import NamedTuple


class PlannedResource(NamedTuple):
    """One instance as it will be. `values` is plain JSON data; `unknown` and `sensitive` mark parts of it with true.

    `type` is written as in `Resource.type` ("aws_s3_bucket", "data.aws_ami"), `module` is the address of the module
    instance that it is in, "" for the root module.
    """

    address: str
    type: str
    name: str
    module: str
    values: Mapping[str, Any]
    unknown: Any
    sensitive: Any


class Configured(NamedTuple):
    """A resource block as the plan's configuration has it: what is written in it, by name, as expressions."""

    type: str
    name: str
    expressions: Mapping[str, Any]


class Module(NamedTuple):
    """A module of the plan's configuration. `resources` are by type and name ("data.aws_ami.x")."""

    resources: Mapping[str, Configured]
    calls: Mapping[str, Called]
    outputs: Mapping[str, Any]
    variables: Mapping[str, Any]


class Called(NamedTuple):
    """A module call: where its module comes from, the arguments as expressions, and the module itself."""

    source: str
    version: str
    expressions: Mapping[str, Any]
    module: Module


class Plan(NamedTuple):
    """A plan. `path` is the file it was read from, as people see it; `variables` are the root module's, by name.

    `complete` is False when another plan has to follow this one; `deferred` are addresses that it leaves for then.
    `by_tool` is "Terraform 1.11.4" or another tool's name, "" when it does not say.
    """

    path: str
    resources: tuple[PlannedResource, ...]
    root: Module
    variables: Mapping[str, Any]
    deferred: frozenset[str]
    complete: bool
    version: str
    timestamp: str


# Instances of one block that are judged; more of them are told of, and left.
MOST_INSTANCES = 10_000


class PlanError(Exception):
    """A file that is no plan that can be used; `what` is a sentence without a full stop, `hint` what to type."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def module_in(root: Module, names: tuple[str, ...]) -> Module | None:
    """Return the module that a way of call names leads to, None where there is no such call."""
    module: Module | None = root
    for name in names:
        call = module.calls.get(name) if module is not None else None
        module = call.module if call is not None else None
    return module
