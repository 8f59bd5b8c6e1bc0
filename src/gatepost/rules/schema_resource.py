"""The JSON Schema of a document in a resource file, for editors, from what the loader knows; never used to load."""

from __future__ import annotations

from gatepost.rules.loading import (
    BELONGS,
    FORM_KEYS,
    FOUND_KEYS,
    PLACE_KEYS,
    RELATION_KEYS,
    RESOURCE_CASE_KEYS,
    RESOURCE_KEYS,
)
from gatepost.rules.readers import READERS
from gatepost.rules.schema_condition import (
    CONDITION,
    DIALECT_TEXTS,
    DRAFT,
    LINE,
    SCALAR,
    TEXT,
    JsonSchema,
    case_texts,
    condition_parts,
    described,
    exactly_one,
    fixed_text,
    mapping,
)

_DIALECTS = ("terraform", "cloudformation", "dockerfile")
_STEP = r"[^\[\]{} $.]+(\[\])?"
_PATH: JsonSchema = {"type": "string", "pattern": rf"^(\$\.)?(\.|{_STEP}(\.{_STEP})*)$"}
_PLACE: JsonSchema = {"$ref": "#/$defs/place"}
_ATTRIBUTES: JsonSchema = {"type": "object", "additionalProperties": _PLACE, "minProperties": 1}
_NUMBER = r"(~>|>=|<=|!=|=|>|<)\s*v?\d+(\.\d+){0,3}"
_NEEDS = {"key": ["entries", "value"], "value": ["entries", "key"], "of": ["attribute"], "in": ["joined_by"]}
_CLAUSE: JsonSchema = {"type": "string", "pattern": rf"^[a-z0-9_-]+ +{_NUMBER}(\s*,\s*{_NUMBER})*\s*$"}


def resource_schema() -> JsonSchema:
    """Return the schema of one document of a resource file: a concept, or a table of words."""
    return {
        "$schema": DRAFT,
        "title": "Gatepost resource file",
        "anyOf": [{"$ref": "#/$defs/concept"}, {"$ref": "#/$defs/table"}],
        "$defs": {"concept": _concept(), "table": _table(), "place": _place(), **condition_parts()},
    }


def _concept() -> JsonSchema:
    relations: JsonSchema = {"type": "object", "additionalProperties": _relation(), "minProperties": 1}
    properties: JsonSchema = {
        "name": described({"type": "string", "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"}, "what rules call it"),
        "identity": described(
            {"type": "array", "items": TEXT, "minItems": 1}, "by what others name it; the first is what a fix refers to"
        ),
        "found_in": {"type": "array", "items": _entry(), "minItems": 1},
        "relations": described(relations, "other resources, by a name of their own"),
        "cases": {"type": "array", "items": _case(), "minItems": 1},
    }
    if {*properties, "table", "values"} != set(RESOURCE_KEYS):
        raise AssertionError("the schema and the loader know different keys")
    return mapping(properties, ("name", "found_in"))


def _table() -> JsonSchema:
    values: JsonSchema = {"type": "object", "additionalProperties": SCALAR, "minProperties": 1}
    return mapping({"table": TEXT, "values": values}, ("table", "values"))


def _entry() -> JsonSchema:
    properties: JsonSchema = {
        **{name: described(TEXT, "a type of resource in this dialect") for name in _DIALECTS},
        "under": described(_PATH, "where all paths start"),
        "each": described(_PATH, "each element at this path is one"),
        "where": CONDITION,
        "attributes": _ATTRIBUTES,
    }
    if set(properties) != set(FOUND_KEYS):
        raise AssertionError("the schema and the loader know different keys of an entry")
    return mapping(properties, ("attributes",), **exactly_one(_DIALECTS), dependentRequired={"where": ["each"]})


def _place() -> JsonSchema:
    properties = {**_forms(), **_beside(), **_options()}
    if set(properties) != set(PLACE_KEYS):
        raise AssertionError("the schema and the loader know different keys of a place")
    forms = [{"required": [form]} for form in FORM_KEYS]
    alone: JsonSchema = {"required": ["in", "attributes"], "not": {"anyOf": forms}}
    together = {name: [form] for name, form in BELONGS.items()}
    several: JsonSchema = {"anyOf": [{"required": ["each"]}, {"required": ["in"]}]}
    written = mapping(
        {name: properties[name] for name in PLACE_KEYS},
        oneOf=[*forms, alone],
        dependentRequired={**together, **_NEEDS},
        dependentSchemas={"where": several, "attributes": several},
    )
    return {"description": "where a dialect keeps an attribute", "anyOf": [_PATH, written]}


def _forms() -> JsonSchema:
    places: JsonSchema = {"type": "array", "items": _PLACE, "minItems": 1}
    networks: JsonSchema = dict.fromkeys(("ipv4", "ipv6", "other"), _PATH)
    return {
        "path": described(_PATH, "a.b, a.0.b the first, a[].b all of them, $.DeletionPolicy beside the properties"),
        "first": described(places, "the first of these that is written"),
        "together": described(places, "lists or sets, end to end"),
        "each": described(_PATH, "a list of elements with attributes of their own"),
        "entries": described(_PATH, "a map with free keys, from a map or from pairs of key and value"),
        "of": described(TEXT, "a relation whose attribute it is"),
        "constant": described(SCALAR, "what the type says by being used"),
        "range": mapping({"from": _PATH, "to": _PATH, "protocol": _PATH}, ("from", "to")),
        "networks": mapping(networks, minProperties=1),
        "mentions_of": described(_PATH, "the types of all that name this resource (.), or the one named at the path"),
    }


def _beside() -> JsonSchema:
    return {
        "in": described(TEXT, "the type of a companion that names this resource"),
        "joined_by": described(_PATH, "the companion's attribute that names this resource"),
        "where": CONDITION,
        "attributes": _ATTRIBUTES,
        "key": TEXT,
        "value": TEXT,
        "attribute": TEXT,
    }


def _options() -> JsonSchema:
    listed = mapping({"value": {}, "for": _CLAUSE}, ("value",))
    by_version: JsonSchema = {"type": "array", "items": listed, "minItems": 1}
    words: JsonSchema = {"type": "object", "minProperties": 1, "additionalProperties": SCALAR}
    return {
        "as": described({"enum": sorted(READERS)}, "a reader of what is written"),
        "table": described({"type": ["string", "object"]}, "words for the reader, or the name of a table"),
        "unit": described(TEXT, "the unit of a number that has none"),
        "values": described({"anyOf": [words, TEXT]}, "written: meaning, or the name of a table"),
        "ignore_case": {"type": "boolean"},
        "default": described(
            {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}, by_version]}, "what counts when nothing is written"
        ),
        "replaces": described({"type": "boolean"}, "a change destroys the resource and makes it again"),
        "for": described(_CLAUSE, "the versions of the provider that know this form"),
    }


def _relation() -> JsonSchema:
    properties: JsonSchema = {
        "to": described(TEXT, "I name it"),
        "from": described(TEXT, "it names me; a list"),
        "all": described(TEXT, "every one in this root for which `where` holds"),
        "by": described(TEXT, "the attribute that names the other"),
        "where": described(CONDITION, "${…} is an attribute of mine"),
    }
    if set(properties) != set(RELATION_KEYS):
        raise AssertionError("the schema and the loader know different keys of a relation")
    demands = {"to": ["by"], "from": ["by"], "where": ["all"]}
    without_by: JsonSchema = {"all": {"not": {"required": ["by"]}}}
    return mapping(
        properties, **exactly_one(("to", "from", "all")), dependentRequired=demands, dependentSchemas=without_by
    )


def _case() -> JsonSchema:
    texts = {name: schema for name, schema in case_texts().items() if name in RESOURCE_CASE_KEYS}
    values: JsonSchema = {"type": "object", "minProperties": 1}
    properties: JsonSchema = {
        "name": described(LINE, "unique in the file"),
        **texts,
        "reads": described(CONDITION, "what holds for the first subject in the text"),
        "write": described(values, "attribute: value"),
        "add": described(values, "list: element"),
        "remove": {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]},
        "fixed": fixed_text(),
    }
    if set(properties) != set(RESOURCE_CASE_KEYS):
        raise AssertionError("the schema and the loader know different keys of a case")
    writes: JsonSchema = {"anyOf": [{"required": [verb]} for verb in ("write", "add", "remove")]}
    dialects = tuple(name for name in DIALECT_TEXTS if name in texts)
    return mapping(
        properties,
        ("name",),
        **exactly_one(dialects),
        dependentSchemas={"fixed": writes},
        dependentRequired={verb: ["fixed"] for verb in ("write", "add", "remove")},
    )
