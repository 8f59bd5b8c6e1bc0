"""template_file data sources as the text that they make; never the grammar of templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from gatepost.languages.terraform.bodies import BodyMap
from gatepost.languages.terraform.conversions import Fails, NotComputed, text_of_scalar
from gatepost.languages.terraform.functions.files import TEMPLATE, filled
from gatepost.model.places import Source
from gatepost.model.values import Unknown, Value, unknown


def rendered(body: BodyMap) -> Value:
    """Return the attribute `rendered`: the template with its `vars`, which are all text.

    https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file
    """
    template: Value | None = body.get("template")
    if template is None or template.literal is None:
        return unknown("there is no template", may_be_missing=False)
    if template.unknown is not None:
        return unknown(template.unknown.why, may_be_missing=False)
    given: Value | None = body.get("vars")
    try:
        made = filled(_source(template), _names(given), body.frame)
        return made._replace(span=None, origins=template.origins[-1:])
    except (Fails, NotComputed) as problem:
        return unknown(f"the template cannot be worked out: {problem}", may_be_missing=False)


def _source(template: Value) -> Source:
    """Return the text of a template, as the file it was read from where it is the whole of one."""
    text = text_of_scalar(template.literal)
    whole = template.origins[-1].span if template.origins else None
    if whole is not None and whole.source.text == text:
        return Source(whole.source.path, text, TEMPLATE)
    return Source("(template)", text, TEMPLATE)


def _names(given: Value | None) -> Value:
    if given is None or given.literal is None:
        return Value({})
    if given.is_list and len(given.literal) == 1:
        given = cast("Value", given.literal[0])  # a block, as Terraform 0.11 had it
    if not given.is_map or given.open:
        return Value(Unknown("what the template is given is not all known", False))
    entries: Mapping[str, Value] = given.literal
    return given._replace(literal={name: _as_text(entries[name]) for name in entries})


def _as_text(value: Value) -> Value:
    if isinstance(value.literal, bool | int | float):
        return value._replace(literal=text_of_scalar(value.literal))
    return value
