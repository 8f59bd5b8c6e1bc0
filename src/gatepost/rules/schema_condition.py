"""The parts that the JSON Schemas of rule and resource files share: conditions, tests, text; never used to load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from gatepost.conditions.operators import ORIGINS

JsonSchema: TypeAlias = "dict[str, Any]"

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT: JsonSchema = {"type": "string", "pattern": r"\S"}
LINE: JsonSchema = {"type": "string", "pattern": r"^[^\n]*\S[^\n]*\n?$"}
SCALAR: JsonSchema = {"type": ["string", "number", "boolean"]}
TEXTS: JsonSchema = {"type": "array", "items": {"type": ["string", "number"]}}
PLACEHOLDER: JsonSchema = {"type": "string", "pattern": r"\$\{[^}]+\}"}
CONDITION: JsonSchema = {"$ref": "#/$defs/condition"}
TEST: JsonSchema = {"$ref": "#/$defs/test"}
OPERATORS = (
    "in", "exists", "like", "matches", "at_least", "at_most", "includes", "covers", "within", "some", "every",
    "count", "origin", "not",
)  # fmt: skip
DIALECT_TEXTS = ("terraform", "cloudformation", "dockerfile", "terraform_json", "files")


def mapping(properties: JsonSchema, required: Sequence[str] = (), **more: Any) -> JsonSchema:
    """Return the schema of a mapping that has these keys and no others."""
    found: JsonSchema = {"type": "object", "properties": properties, "additionalProperties": False, **more}
    if required:
        found["required"] = list(required)
    return found


def described(schema: JsonSchema, what: str) -> JsonSchema:
    """Return a schema with what an editor shows beside the key."""
    return {**schema, "description": what}


def one_or_more(one: JsonSchema) -> JsonSchema:
    """Return the schema of one thing or a list of such things."""
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def exactly_one(names: Sequence[str]) -> JsonSchema:
    """Return the demand that one of some keys is there and no other of them."""
    return {"oneOf": [{"required": [name]} for name in names]}


def condition_parts() -> JsonSchema:
    """Return `$defs` with the condition language."""
    return {"condition": _condition(), "test": _test(), "count": _count()}


def _condition() -> JsonSchema:
    return {
        "description": "attribute: test, and all of them have to hold; any: a list of conditions; not: a condition",
        "type": "object",
        "minProperties": 1,
        "properties": {"any": {"type": "array", "items": CONDITION, "minItems": 1}, "not": CONDITION},
        "additionalProperties": TEST,
    }


def _test() -> JsonSchema:
    return {
        "description": "a value, which has to be equal, or operators, which all have to hold",
        "anyOf": [SCALAR, mapping(_operators(), minProperties=1)],
    }


def _operators() -> JsonSchema:
    members = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]}
    elements = {"anyOf": [TEST, CONDITION]}
    found = {
        "in": described({"anyOf": [{"type": "array", "items": SCALAR}, PLACEHOLDER]}, "equal to one of these"),
        "exists": described({"type": "boolean"}, 'there, and not null, "", [] or {}'),
        "like": described(one_or_more({"type": "string"}), "a glob matches the whole text"),
        "matches": described(one_or_more({"type": "string"}), "a regular expression is found in the text"),
        "at_least": described(SCALAR, "a number, version, date, duration, size or severity"),
        "at_most": described(SCALAR, "a number, version, date, duration, size or severity"),
        "includes": described(members, "all of them are members"),
        "covers": described(members, "everything in the operand is in the value"),
        "within": described(members, "everything in the value is in the operand"),
        "some": described(elements, "an element holds"),
        "every": described(elements, "no element fails; true of an empty list"),
        "count": described({"$ref": "#/$defs/count"}, "how many elements there are, or for how many `of` holds"),
        "origin": described(one_or_more({"enum": list(ORIGINS)}), "where the value is set"),
        "not": described(TEST, "exactly the opposite"),
    }
    if tuple(found) != OPERATORS:
        raise AssertionError("an operator is missing")
    return found


def _count() -> JsonSchema:
    number: JsonSchema = {"type": "integer", "minimum": 0, "maximum": 10_000}
    operators: JsonSchema = {
        "in": {"type": "array", "items": number},
        "at_least": number,
        "at_most": number,
        "not": {"$ref": "#/$defs/count"},
        "of": {"anyOf": [TEST, CONDITION]},
    }
    return {"anyOf": [number, mapping(operators, minProperties=1)]}


def case_texts() -> JsonSchema:
    """Return the keys under which a case has the text of its files."""
    files: JsonSchema = {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
    marked = "the text of a file; # finding and # undecided mark the line below"
    found = {name: described({"type": "string"}, marked) for name in DIALECT_TEXTS if name != "files"}
    return {**found, "files": described(files, "several files by their paths")}


def fixed_text() -> JsonSchema:
    """Return the schema of `fixed`: the text after the fix, or texts by path."""
    files: JsonSchema = {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
    return described({"anyOf": [{"type": "string"}, files]}, "exactly what the files are after the fix")
