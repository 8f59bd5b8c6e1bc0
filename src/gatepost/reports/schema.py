"""JSON Schemas of the json report, made from its shapes; never kept by hand.

`python -m gatepost.reports.schema docs/schemas` writes them again.
"""

from __future__ import annotations

import types
import typing
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from gatepost.reports import owners, receipt_shapes, shapes, waiver_shapes

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
FILES: dict[str, Any] = {
    "verdict.schema.json": shapes.VerdictReportShape,
    "report.schema.json": shapes.ScanReportShape,
    "owners.schema.json": owners.OwnersReportShape,
    "receipt.schema.json": receipt_shapes.StatementShape,
    "waivers.schema.json": waiver_shapes.WaiverListShape,
}


def schema(shape: Any) -> dict[str, Any]:
    """Return the JSON Schema of a shape. Keys that a later release adds are not refused."""
    definitions: dict[str, Any] = {}
    top = _described(shape, definitions)
    return {"$schema": _DIALECT, "title": _name(shape), **top, "$defs": dict(sorted(definitions.items()))}


def _name(shape: Any) -> str:
    return shape.__name__.removesuffix("Shape")


def _described(shape: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {
        "description": shape.__doc__,
        "type": "object",
        "properties": {key: _of(hint, definitions) for key, hint in hints.items()},
        "required": list(hints),
    }


def _of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint in _TYPES:
        return {"type": _TYPES[hint]}
    if typing.is_typeddict(hint):
        name = _name(hint)
        if name not in definitions:
            definitions[name] = {}  # in its place before its parts, which may name it
            definitions[name] = _described(hint, definitions)
        return {"$ref": f"#/$defs/{name}"}
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is list:
        return {"type": "array", "items": _of(inner[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(inner[1], definitions)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(part, definitions) for part in inner]}
    raise TypeError(f"no JSON Schema for {hint!r}")


def texts() -> dict[str, str]:
    """Return file name → text of every schema."""
    import json

    return {name: json.dumps(schema(shape), indent=2) + "\n" for name, shape in FILES.items()}


def write(folder: str) -> None:
    """Write the schema files into an existing folder."""
    for name, text in texts().items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    import sys

    write(sys.argv[1])
