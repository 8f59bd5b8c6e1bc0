"""CloudWatch Logs filter patterns as clauses of field, operator and value; never what should be watched.

Source: the AWS documentation "Filter pattern syntax for metric filters". How clauses are joined is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import TEXT, Attributes, Sort
from gatepost.model.regexes import regex
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers.embedded import HOLE, Embedded, embedded, placed, text_pieces

SORT = Sort("list", Attributes({"field": TEXT, "operator": TEXT, "value": TEXT}))
_MOST_TEXT, _MOST_CLAUSES = 20_000, 500


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the clauses in the order they are written; `operator` is =, !=, <, <=, >, >=, exists, is or has.

    In a pattern of words each word is a clause that has an operator (has, has not) and a value alone.
    """
    del options
    held = embedded(value)
    if value.literal is None or value.is_list or (held is None and value.unknown is not None):
        return value
    if held is None or len(held.text) > _MOST_TEXT:
        return value._replace(literal=Unknown("it is no filter pattern", False))
    text = held.text.strip()
    if text.startswith("{") != text.endswith("}") and HOLE not in text:
        return value._replace(literal=Unknown("it is no filter pattern: a brace is not closed", False))
    matcher = _CLAUSES if text.startswith("{") else _FIELDS if text.startswith("[") else _WORDS
    found = [_clause(match, held) for match in list(matcher.finditer(held.text))[:_MOST_CLAUSES]]
    # Between two clauses a hole may hold another one.
    is_open = HOLE in matcher.sub("", held.text)
    return value._replace(literal=tuple(found), open=is_open)


def _clause(match: re.Match[str], held: Embedded) -> Value:
    groups = match.groupdict()
    said: dict[str, Value] = {}
    field = groups.get("field")
    if field:
        said["field"] = _part(field, match.start("field"), held)
    if groups.get("test"):
        words = " ".join((groups["test"] or "").lower().split())
        said["operator"] = _part({"is true": "is", "is false": "is", "is null": "is"}.get(words, words), -1, held)
        if words.startswith("is "):
            said["value"] = _part(words[3:], -1, held)
    elif groups.get("operator"):
        said["operator"] = _part(groups["operator"] or "", match.start("operator"), held)
    elif not field:
        said["operator"] = _part("has not" if groups.get("minus") else "has", -1, held)
    raw = groups.get("value")
    if raw is not None:
        quoted = raw[:1] == '"' and raw[-1:] == '"' and len(raw) > 1
        said["value"] = _part(raw[1:-1].replace('\\"', '"') if quoted else raw, match.start("value"), held)
    return placed(said, match.start(), match.end(), held)


def _part(text: str, start: int, held: Embedded) -> Value:
    pieces = text_pieces(text)
    literal: object = text if HOLE not in text else Unknown(held.why, False, pieces if len(pieces) > 1 else ())
    return placed(literal, start, start + len(text), held)


_VALUE = r'(?P<value>"(?:[^"\\]|\\.){0,2000}"|%[^%]{0,500}%|[^\s()&|{}\[\],"]{1,500})'
_FIELD = r"(?P<field>\$(?:\.[\w\-*" + HOLE + r"]{1,100}|\[[\d*]{1,9}\]|\[\"[^\"]{1,100}\"\]){0,30})"
_TEST = r"(?:(?P<test>(?i:NOT\s{1,5}EXISTS|EXISTS|IS\s{1,5}(?:NULL|TRUE|FALSE)))|(?P<operator>!=|<=|>=|=|<|>)\s{0,20}"
_CLAUSES = regex(_FIELD + r"\s{0,20}" + _TEST + _VALUE + ")")
_FIELDS = regex(r"(?P<field>[\w.\-]{1,100})\s{0,20}(?P<operator>!=|<=|>=|=|<|>)\s{0,20}" + _VALUE)
_WORDS = regex(r"(?P<minus>-?)\??" + _VALUE)
