"""The bytes of a plan to what it says; never touches the source it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.languages.plans.addresses import module_of
from gatepost.languages.plans.json_files import NotData, listing, mapping, read_data, text_of
from gatepost.languages.plans.plan import Called, Configured, Module, Plan, PlanError, PlannedResource

AGAIN = "make it again: terraform plan -out=tfplan && terraform show -json tfplan > plan.json"
_SHOW = "give what `terraform show -json PLANFILE` prints"
_HINTS = {
    "binary": "turn it into JSON first: terraform show -json PLANFILE > plan.json",
    "log": "make the plan with: terraform plan -out=tfplan && terraform show -json tfplan > plan.json",
    "deep": "Terraform writes no such plan",
    "large": "make plans of parts of it, with a root module for each",
}
DEEPEST_MODULE = 50
_ENDS = frozenset(("delete", "forget"))


def read_plan(content: bytes, path: str) -> Plan:
    """Return what a plan says. `path` is how people see the file. Raises `PlanError`.

    The format is https://developer.hashicorp.com/terraform/internals/json-format (versions 0.1 to 1.x); OpenTofu writes
    the same.
    """
    try:
        data = read_data(content)
        _recognise(data)
        return _plan(data, path)
    except NotData as error:
        raise PlanError(
            error.what, _HINTS.get(error.kind, AGAIN if error.kind in ("cut", "empty") else _SHOW)
        ) from None


def _recognise(data: Mapping[str, Any]) -> None:
    if "planned_values" not in data and "resource_changes" not in data:
        if "lineage" in data or ("values" in data and "format_version" in data):
            raise PlanError("this is a state, not a plan", f"{_SHOW}, not a state file")
        if "encrypted_data" in data:
            raise PlanError("this file is encrypted", _SHOW)
        if "@level" in data:
            raise PlanError("this is the log of a run with -json", _HINTS["log"])
        raise PlanError("this JSON is no plan", _SHOW)
    version = text_of(data.get("format_version"), "format_version")
    if version and version.partition(".")[0] not in ("0", "1"):
        told = f"format version {version!r}"[:60]
        raise PlanError(f"the plan has {told}, and 1.x is what is read here", "look for a newer Gatepost")
    if data.get("errored") is True:
        raise PlanError("the plan ended with an error, so it says only in part what will be", f"mend it, then {AGAIN}")


def _plan(data: Mapping[str, Any], path: str) -> Plan:
    configuration = mapping(data.get("configuration"), "configuration")
    planned = _state_resources(mapping(data.get("planned_values"), "planned_values"), "planned_values")
    prior = mapping(mapping(data.get("prior_state"), "prior_state").get("values"), "prior_state.values")
    found: dict[str, PlannedResource] = {}
    gone: set[str] = set()
    for number, change in enumerate(listing(data.get("resource_changes"), "resource_changes")):
        where = f"resource_changes[{number}]"
        given = mapping(change, where)
        address = text_of(given.get("address"), f"{where}.address")
        resource = None if given.get("deposed") is not None else _changed(given, where)
        if resource is not None:
            found[address] = resource
        else:
            gone.add(address)
    for resource in planned:
        if resource.address not in gone:
            found.setdefault(resource.address, resource)
    for resource in _state_resources(prior, "prior_state"):
        if resource.type.startswith("data."):
            found.setdefault(resource.address, resource)
    return Plan(
        path,
        tuple(found.values()),
        _module(mapping(configuration.get("root_module"), "configuration.root_module"), 0),
        _variables(mapping(data.get("variables"), "variables")),
        frozenset(_deferred(listing(data.get("deferred_changes"), "deferred_changes"))),
        data.get("complete") is not False,
        text_of(data.get("terraform_version"), "terraform_version"),
        text_of(data.get("timestamp"), "timestamp"),
    )


def _variables(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: mapping(one, f"variables.{name}").get("value") for name, one in given.items()}


def _deferred(listed: list[Any]) -> Iterator[str]:
    for one in listed:
        change = mapping(mapping(one, "deferred_changes").get("resource_change"), "deferred_changes.resource_change")
        yield text_of(change.get("address"), "deferred_changes.address")


def _changed(given: Mapping[str, Any], where: str) -> PlannedResource | None:
    """Return a resource as it will be, None when it will not be there."""
    change = mapping(given.get("change"), f"{where}.change")
    actions = [text_of(action, f"{where}.change.actions") for action in listing(change.get("actions"), where)]
    if not actions or set(actions) <= _ENDS:
        return None
    return _resource(
        given, where, mapping(change.get("after"), f"{where}.change.after"), change.get("after_unknown"),
        change.get("after_sensitive"),
    )  # fmt: skip


def _resource(
    given: Mapping[str, Any], where: str, values: Mapping[str, Any], unknown: Any, sensitive: Any
) -> PlannedResource:
    type, name, address = (text_of(given.get(key), f"{where}.{key}") for key in ("type", "name", "address"))
    if given.get("mode") == "data":
        type = f"data.{type}"
    return PlannedResource(address, type, name, module_of(address), values, unknown, sensitive)


def _state_resources(values: Mapping[str, Any], where: str) -> list[PlannedResource]:
    """Return the resources of a "values representation", modules opened; goes through it without recursion."""
    found: list[PlannedResource] = []
    waiting = [mapping(values.get("root_module"), f"{where}.root_module")]
    while waiting:
        module = waiting.pop()
        for one in listing(module.get("resources"), f"{where}.resources"):
            given = mapping(one, f"{where}.resources")
            inner = mapping(given.get("values"), f"{where}.resources.values")
            found.append(_resource(given, f"{where}.resources", inner, None, given.get("sensitive_values")))
        waiting += [
            mapping(child, f"{where}.child_modules")
            for child in reversed(listing(module.get("child_modules"), f"{where}.child_modules"))
        ]
    return found


def _module(given: Mapping[str, Any], depth: int) -> Module:
    if depth > DEEPEST_MODULE:
        raise NotData("deep", "the modules of the plan are nested too deeply")
    resources: dict[str, Configured] = {}
    for one in listing(given.get("resources"), "configuration.resources"):
        block = mapping(one, "configuration.resources")
        type, name = (text_of(block.get(key), f"configuration.resources.{key}") for key in ("type", "name"))
        if block.get("mode") not in (None, "managed"):
            type = f"{block['mode']}.{type}"
        expressions = mapping(block.get("expressions"), "configuration.resources.expressions")
        resources[f"{type}.{name}"] = Configured(type, name, expressions)
    calls = mapping(given.get("module_calls"), "configuration.module_calls")
    outputs = mapping(given.get("outputs"), "configuration.outputs")
    return Module(
        resources,
        {name: _call(mapping(call, "configuration.module_calls"), depth) for name, call in calls.items()},
        {name: mapping(output, "configuration.outputs").get("expression") for name, output in outputs.items()},
        mapping(given.get("variables"), "configuration.variables"),
    )


def _call(given: Mapping[str, Any], depth: int) -> Called:
    return Called(
        text_of(given.get("source"), "configuration.module_calls.source"),
        text_of(given.get("version_constraint"), "configuration.module_calls.version_constraint"),
        mapping(given.get("expressions"), "configuration.module_calls.expressions"),
        _module(mapping(given.get("module"), "configuration.module_calls.module"), depth + 1),
    )
