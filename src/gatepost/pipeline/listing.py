"""The resources of one Terraform root module as they are judged, as plain data; never what is sensitive."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.languages.terraform.document import TerraformDocument, read_root
from gatepost.languages.terraform.given import Inputs
from gatepost.model.documents import Resource
from gatepost.model.problems import UsageError
from gatepost.model.values import Value
from gatepost.pipeline.plan import verify_var_files
from gatepost.sources.discovery import scan_root
from gatepost.sources.reading import Files

SENSITIVE = "the value is sensitive and is not printed"
_HIDDEN: Mapping[str, Any] = {"unknown": SENSITIVE, "sensitive": True}
DEEPEST = 200


def open_root(directory: str, var_files: Sequence[str], inputs: Inputs) -> TerraformDocument:
    """Return the root module in a folder, as typed; raises `UsageError` when it, or a var file, is not there.

    Also for a variable given on the command line that the module does not declare.
    """
    if not os.path.isdir(directory):
        raise UsageError(f"there is no folder {directory!r}", hint="give the folder of a Terraform root module")
    files = Files(scan_root([directory]))
    root = os.path.realpath(files.root)
    path = os.path.relpath(os.path.realpath(directory), root).replace(os.sep, "/")
    document = read_root(path, files, verify_var_files(tuple(var_files), files, root), inputs)
    for one in inputs.assigned:
        if one.rank >= 0 and f"variable.{one.name}" not in document.root.directory.index:
            raise UsageError(f"{directory!r} declares no variable {one.name!r}", hint="look at the spelling of --var")
    return document


def listed(document: TerraformDocument) -> Iterator[dict[str, Any]]:
    """Yield each resource, data source and ephemeral resource: address, type, values, path and region.

    Raises `UsageError` where there is no Terraform file.
    """
    if not document.root.directory.files:
        raise UsageError(f"there are no Terraform files in {document.path!r}", hint="give the folder of a root module")
    for resource in document.instances():
        place = resource.header.location
        yield {
            "address": resource.address,
            "type": resource.type,
            "values": values_of(resource),
            "path": place.path,
            "region": place.region._asdict(),  # pyright: ignore[reportPrivateUsage]
        }


def values_of(resource: Resource) -> dict[str, Any]:
    """Return what is written in a resource; `{"unknown": why}` for what is not known."""
    body = cast("Mapping[str, Value]", resource.body.literal)
    return {name: plain_data(body[name]) for name in body}


def plain_data(value: Value, depth: int = 0) -> Any:
    """Return a value as data for JSON: unknown parts say why, sensitive parts are not told."""
    literal = value.literal
    if value.unknown is not None:
        return {"unknown": value.unknown.why, **({"sensitive": True} if value.sensitive else {})}
    if value.sensitive:
        return dict(_HIDDEN)
    if depth > DEEPEST:
        return {"unknown": "the value is nested too deeply"}
    if value.is_list:
        found = [plain_data(element, depth + 1) for element in cast("tuple[Value, ...]", literal)]
        return [*found, {"unknown": "there may be more elements"}] if value.open else found
    if type(literal) is dict:
        entries = cast("dict[str, Value]", literal)
        data = {key: plain_data(inner, depth + 1) for key, inner in entries.items()}
        return {"unknown": "there may be more keys", "known": data} if value.open else data
    if value.is_map:
        return {"unknown": "a whole resource or module is only known when Terraform runs"}
    return literal
