"""The bytes of a state to its index of identifiers; never keeps another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from gatepost.languages.plans.addresses import module_of
from gatepost.languages.plans.json_files import NotData, listing, mapping, read_data, text_of
from gatepost.languages.states.index import IDENTIFIERS, LONGEST, Held, Named, StateIndex
from gatepost.languages.terraform.instances import instance_text

_SHOW = "give a terraform.tfstate, or what `terraform state pull` or `terraform show -json` prints"
MOST_MODULES = 100_000


class StateError(Exception):
    """A file that is no state that can be read; `what` is a sentence without a full stop, `hint` what to type."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def read_state(content: bytes, path: str = "terraform.tfstate") -> StateIndex:
    """Return the index of a state: a terraform.tfstate of version 4, or `terraform show -json` of a state.

    `path` is how people see the file. Raises `StateError`. No value but identifiers is kept, and none that is marked
    sensitive.
    """
    try:
        data = read_data(content)
        return StateIndex(path, list(_named(data)))
    except NotData as error:
        raise StateError(error.what.replace("a plan in", "in"), _SHOW) from None


def _named(data: Mapping[str, Any]) -> Iterator[Named]:
    if "encrypted_data" in data:
        raise StateError("this file is encrypted", "give what `tofu state pull` prints")
    if "planned_values" in data or "resource_changes" in data:
        raise StateError("this is a plan, not a state", f"{_SHOW}; a plan goes to --plan")
    if "values" in data or ("format_version" in data and "resources" not in data):
        return _shown(mapping(data.get("values"), "values"))
    version = data.get("version")
    if version == 4:
        return _raw(listing(data.get("resources"), "resources"))
    if isinstance(version, int) and "modules" in data:
        raise StateError(f"this is a state of version {version}", "let Terraform 0.12 or newer write it anew")
    raise StateError("this JSON is no state", _SHOW)


def _raw(resources: list[Any]) -> Iterator[Named]:
    """Yield the resources of a terraform.tfstate."""
    for number, one in enumerate(resources):
        where = f"resources[{number}]"
        given = mapping(one, where)
        type, name, module = (text_of(given.get(key), f"{where}.{key}") for key in ("type", "name", "module"))
        provider = text_of(given.get("provider"), f"{where}.provider").partition('["')[2].partition('"]')[0]
        kind = f"data.{type}" if given.get("mode") == "data" else type
        for other in listing(given.get("instances"), f"{where}.instances"):
            instance = mapping(other, f"{where}.instances")
            if instance.get("deposed") is not None:
                continue
            key = instance.get("index_key")
            key = key if isinstance(key, str | int) and not isinstance(key, bool) else None
            address = f"{module}.{kind}.{name}" if module else f"{kind}.{name}"
            held = Held(address + instance_text(key), kind, name, module, provider)
            hidden = listing(instance.get("sensitive_attributes"), f"{where}.sensitive_attributes")
            attributes = mapping(instance.get("attributes"), f"{where}.attributes")
            yield Named(held, tuple(_identifiers(attributes, set(_first_names(hidden)))))


def _first_names(paths: list[Any]) -> Iterator[str]:
    """Yield the attributes that paths of sensitive values begin with."""
    for path in paths:
        steps = cast("list[Any]", path) if isinstance(path, list) else [path]
        first: Any = steps[0] if steps else None
        if isinstance(first, dict):
            name: Any = cast("dict[str, Any]", first).get("value")
            if isinstance(name, str):
                yield name


def _shown(values: Mapping[str, Any]) -> Iterator[Named]:
    """Yield the resources of a "values representation"; goes through the modules without recursion."""
    waiting = [mapping(values.get("root_module"), "values.root_module")]
    while waiting:
        module = waiting.pop()
        for one in listing(module.get("resources"), "values.resources"):
            given = mapping(one, "values.resources")
            type, name, address = (text_of(given.get(key), f"values.{key}") for key in ("type", "name", "address"))
            kind = f"data.{type}" if given.get("mode") == "data" else type
            provider = text_of(given.get("provider_name"), "values.provider_name")
            held = Held(address, kind, name, module_of(address), provider)
            marks = given.get("sensitive_values")
            hidden = {key for key, mark in cast("dict[str, Any]", marks).items() if mark is True} if isinstance(
                marks, dict
            ) else set[str]()  # fmt: skip
            yield Named(held, tuple(_identifiers(mapping(given.get("values"), "values.values"), hidden)))
        children = listing(module.get("child_modules"), "values.child_modules")
        waiting += [mapping(child, "values.child_modules") for child in reversed(children)]


def _identifiers(attributes: Mapping[str, Any], hidden: set[str]) -> Iterator[tuple[str, str]]:
    for name in IDENTIFIERS:
        text = attributes.get(name)
        if isinstance(text, str) and 0 < len(text) <= LONGEST and name not in hidden:
            yield name, text
