"""Reads the settings that a policy gives once for all rules; never what it says about one rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.shared_settings import VOCABULARY, GivenSetting, fits, form_of, is_shared

Known = Mapping[str, Collection[str]]


def read_settings(page: Page, node: Node, known: Known | None) -> tuple[GivenSetting, ...]:
    """Return what `settings` gives; `known` maps each rule's id to its settings, with their defaults where it has them.

    A mapping under the name of a provider is for its rules alone. Raises UsageError for a name that no rule takes, and
    for a value that cannot be meant.
    """
    found: list[GivenSetting] = []
    for name, key, value in page.mapping(node, "`settings`"):
        if value.kind == "map" and name in _providers(known):
            for inner, inner_key, inner_value in page.mapping(value, f"`settings`, `{name}`"):
                found.append(_read(page, inner, inner_key, inner_value, name, known))
        else:
            found.append(_read(page, name, key, value, "", known))
    return tuple(found)


def _providers(known: Known | None) -> frozenset[str]:
    named = {provider for meaning in VOCABULARY.values() for provider in meaning.forms if provider}
    return frozenset(named.union(id.partition("/")[0] for id in known or ()))


def _read(page: Page, name: str, key: Node, node: Node, provider: str, known: Known | None) -> GivenSetting:
    _require_name(page, name, key, provider, known)
    if node.kind == "null":
        page.fault(key, f"`{name}` has no value", "give one, or leave it out")
    value = value_of(page, name, node)
    wanted = [provider] if provider else [one for one in _forms(name) if one] or [""]
    if not any(fits(name, one, value) for one in wanted):
        forms = [form_of(name, one) for one in wanted]
        examples = " or ".join(dict.fromkeys(form.example for form in forms if form is not None))
        page.fault(node, f"`{name}` cannot be {_shown(value)}", f"it is written as in {examples}")
    return GivenSetting(name, provider, value)


def _forms(name: str) -> Collection[str]:
    return VOCABULARY[name].forms if name in VOCABULARY else ()


def _require_name(page: Page, name: str, key: Node, provider: str, known: Known | None) -> None:
    meaning = VOCABULARY.get(name)
    if meaning is not None and meaning.everywhere:
        return
    takers = [id for id in known or () if name in (known or {})[id]]
    own = [id for id in takers if meaning is None and _default(known, id, name) is None]
    if own or (known is None and meaning is None):
        return
    if takers or meaning is not None:
        rule = takers[0] if takers else "RULE"
        page.fault(key, f"`{name}` is a setting of single rules", f"write rules: {{{rule}: {{{name}: …}}}}")
    words = {word for word, one in VOCABULARY.items() if one.everywhere}
    words |= {word for id in known or () for word in (known or {})[id] if is_shared(word, _default(known, id, word))}
    if not provider:
        words |= _providers(known)
    page.unknown_word(key, name, words, f'no rule takes a setting "{name}"')


def _default(known: Known | None, id: str, name: str) -> Any:
    """Return the default of a rule's setting; what is no mapping does not tell, which is as good as one."""
    settings = (known or {})[id]
    return cast("Mapping[str, Any]", settings).get(name) if isinstance(settings, Mapping) else ""


def value_of(page: Page, name: str, node: Node) -> Any:
    """Return the value of a setting as rules take it: one text is a list of one where a list is meant.

    Raises UsageError where the vocabulary has the name and the value is of another sort. null stays null.
    """
    meaning = VOCABULARY.get(name)
    if meaning is None or node.kind == "null":
        return node.plain()
    if meaning.sort == "texts":
        return list(page.texts(node, f"`{name}`"))
    if meaning.sort == "number":
        if node.kind != "number":
            page.fault(node, f"`{name}` has to be a number")
        return node.value
    return page.text(node, f"`{name}`")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(f'"{one}"' for one in value)  # pyright: ignore[reportUnknownVariableType]
    return f'"{value}"'


def settings_for(given: Sequence[GivenSetting], rule: str, names: Collection[str]) -> dict[str, Any]:
    """Return what is given to a rule (its id) that takes settings of some names.

    What is given for its provider counts before what is given for all; of what is given for all, a rule takes what can
    be meant for its provider.
    """
    provider = rule.partition("/")[0]
    found: dict[str, Any] = {}
    for one in sorted(given, key=lambda one: bool(one.provider)):
        if one.name in names and (
            one.provider == provider or (not one.provider and fits(one.name, provider, one.value))
        ):
            found[one.name] = one.value
    return found
