"""What Gatepost says of the configurations, compared with what Terraform plans; never asks Terraform."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gatepost.cli.variables import inputs_of, ranks
from gatepost.languages.terraform.document import TerraformDocument
from gatepost.model.values import Value
from gatepost.pipeline.listing import open_root
from tests.conformance.configurations import Configuration

UNKNOWN = {"$unknown": True}
_WITH_BLOCKS = ("example_thing", "module.open.example_thing", "module.closed.example_thing")


class Difference(NamedTuple):
    """Where Gatepost and Terraform do not say the same; `wrong` is False where Gatepost says that it does not know."""

    place: str
    ours: Any
    theirs: Any
    wrong: bool


class Compared(NamedTuple):
    """How many values were compared, and those that are not the same."""

    values: int
    differences: tuple[Difference, ...]


def document_of(one: Configuration, folder: Path) -> TerraformDocument:
    """Write a configuration into a folder and read it as `gatepost resources` does."""
    one.write(folder)
    words = iter(one.options)
    given: dict[str, list[str]] = {"--var": [], "--var-file": [], "--workspace": []}
    for word in words:
        given[word].append(next(words))
    values = {
        "variables": given["--var"],
        "variables_after": ranks([word for word in one.options if word.startswith("--")]),
        "workspace": next(iter(given["--workspace"]), None),
    }
    inputs = inputs_of(values, {f"TF_VAR_{name}": text for name, text in one.environment.items()})
    return open_root(str(folder), [str(folder / file) for file in given["--var-file"]], inputs)


def compare(one: Configuration, record: Mapping[str, Any]) -> Compared:
    """Compare everything that Gatepost says of a configuration with a record of what Terraform plans."""
    with tempfile.TemporaryDirectory() as name:
        document = document_of(one, Path(name))
        ours = {
            resource.address: {key: plain(resource.body.literal.get(key)) for key in resource.body.literal}
            for resource in document.instances()
            if "." not in resource.type
        }
        outputs = {
            resource.name: plain(resource.body.literal.get("value"))
            for resource in document.resources("output")
            if resource.address == f"output.{resource.name}"
        }
        troubled = bool(document.problems)
    if record.get("refused"):
        silent = not troubled and not any(_holds_unknown(value) for value in (*ours.values(), *outputs.values()))
        return Compared(1, (Difference(one.name, ours, "refused", True),) if silent else ())
    theirs = record["resources"]
    found = [
        *_addresses(set(ours), set(theirs)),
        *(
            difference
            for address in sorted(ours.keys() & theirs.keys())
            for difference in _resource(address, ours[address], theirs[address])
        ),
        *(
            difference
            for output in sorted(record["outputs"])
            for difference in _value(f"output {output}", outputs.get(output), record["outputs"][output])
        ),
    ]
    return Compared(sum(map(_size, theirs.values())) + _size(record["outputs"]), tuple(found))


def _addresses(ours: set[str], theirs: set[str]) -> Iterator[Difference]:
    """Yield resources that only one of the two has; an instance without a key may stand for any number."""
    for address in sorted(ours - theirs):
        stands_for = any(other.startswith(f"{address}[") for other in theirs)
        yield Difference(address, "is there", "is not there", not stands_for)
    for address in sorted(theirs - ours):
        general = address.rpartition("[")[0]
        yield Difference(address, "is not there", "is there", general not in ours)


def _resource(address: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Difference]:
    for name, value in theirs.items():
        if name in ours:
            yield from _value(f"{address}.{name}", ours[name], value)
        elif value not in (None, UNKNOWN, []):
            yield Difference(f"{address}.{name}", "is not written", value, True)


def _value(place: str, ours: Any, theirs: Any) -> Iterator[Difference]:
    if ours == UNKNOWN:
        if theirs != UNKNOWN:
            yield Difference(place, ours, theirs, False)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _value(f"{place}[{number}]", mine, other)
    elif isinstance(ours, dict) and isinstance(theirs, dict) and _same_keys(ours, theirs, place):
        for key in ours:
            yield from _value(f"{place}.{key}", ours[key], theirs[key])
    elif ours != theirs or isinstance(ours, bool) is not isinstance(theirs, bool):
        yield Difference(place, ours, theirs, True)


def _same_keys(ours: Mapping[str, Any], theirs: Mapping[str, Any], place: str) -> bool:
    """Terraform also shows what is not written in a block of the suite's provider, as null or as no blocks."""
    left_out = {key for key in theirs if key not in ours and theirs[key] in (None, [])}
    return ours.keys() == theirs.keys() - (left_out if place.startswith(_WITH_BLOCKS) else set())


def _size(value: Any) -> int:
    if isinstance(value, dict) and value != UNKNOWN:
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, list) else 1


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return value == UNKNOWN or any(map(_holds_unknown, value.values()))
    return isinstance(value, list) and any(map(_holds_unknown, value))


def plain(value: Value | None) -> Any:
    """Return a value as data, what is not known as in the records."""
    if value is None:
        return None
    literal = value.literal
    if value.unknown is not None or value.open:
        return UNKNOWN
    if isinstance(literal, tuple):
        return [plain(element) for element in literal]
    if isinstance(literal, dict):
        return {key: plain(inner) for key, inner in literal.items()}
    return UNKNOWN if isinstance(literal, Mapping) else literal
