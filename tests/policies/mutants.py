"""Mutants of rules and resource files: each is the file with one thing turned, dropped or changed; never runs one."""

from __future__ import annotations

import re

from gatepost.rules.schema_condition import OPERATORS

TURNED = {"at_least": "at_most", "at_most": "at_least", "some": "every", "every": "some"}
LISTED = ("in", "like", "matches", "includes", "covers", "within", "origin")
NEVER = "nothing is called this"
PATTERNS = {
    "like": (("never matches", NEVER), ("always matches", "*")),
    "matches": (("never matches", f"^{NEVER}$"), ("always matches", "")),
}


def of_rule(plain):
    """Yield (what was done, the plain rule after it)."""
    for key in ("when", "require", "forbid"):
        if key in plain:
            for what, new in conditions(plain[key]):
                yield f"{key}: {what}", {**plain, key: new}
    if "when" in plain:
        yield "when dropped", without(plain, "when")
    turned = {"require": "forbid", "forbid": "require"}
    yield (
        "require and forbid turned",
        {turned.get(key, key): value for key, value in plain.items()},
    )
    for name, value in plain.get("settings", {}).items():
        for what, new in leaves(value):
            yield f"settings: {name}: {what}", {**plain, "settings": {**plain["settings"], name: new}}
    for what, fix in fixes(plain.get("fix", {})):
        yield f"fix: {what}", {**plain, "fix": fix}
    if "points_at" in plain:
        yield "points_at dropped", without(plain, "points_at")


def without(mapping, key):
    return {name: value for name, value in mapping.items() if name != key}


def each_dropped(listed):
    """Yield (member, the rest) for every member of a list of two or more."""
    if isinstance(listed, list) and len(listed) > 1:
        for number, one in enumerate(listed):
            yield one, listed[:number] + listed[number + 1 :]


# -- conditions -------------------------------------------------------------------------------------------------------


def conditions(plain):
    """Yield (what, the condition after it)."""
    for key, value in plain.items():
        if len(plain) > 1:
            yield f"{key} dropped", without(plain, key)
        if key == "any" and isinstance(value, list):
            for number, branch in enumerate(value):
                rest = value[:number] + value[number + 1 :]
                if rest:
                    yield f"any {number + 1} dropped", {**plain, "any": rest}
                for what, new in conditions(branch):
                    listed = [*value[:number], new, *value[number + 1 :]]
                    yield f"any {number + 1}: {what}", {**plain, "any": listed}
        elif key == "not":
            yield "not removed", {**plain, "not": {"not": value}}
            for what, new in conditions(value):
                yield f"not: {what}", {**plain, "not": new}
        else:
            for what, new in tests(value):
                yield f"{key}: {what}", {**plain, key: new}


def tests(test):
    """Yield (what, the test of an attribute after it)."""
    if not isinstance(test, dict):
        yield from values(test)
        if not isinstance(test, bool):
            yield "not added", {"not": test}
        return
    for name, operand in test.items():
        if len(test) > 1:
            yield f"{name} dropped", without(test, name)
        for what, new in operators(name, operand):
            yield f"{name}: {what}", {**without(test, name), **new}
    if test.keys() not in ({"not"}, {"exists"}):
        yield "not added", {"not": test}


def operators(name, operand):
    """Yield (what, the operator with its operand after it, as a mapping)."""
    if name == "exists":
        yield "flipped", {"exists": not operand}
    elif name == "not":
        is_plain = isinstance(operand, dict) and operand.keys() <= set(OPERATORS)
        yield "removed", operand if is_plain else {"not": {"not": operand}}
        for what, new in tests(operand):
            if what != "not added":
                yield what, {"not": new}
    elif name in ("some", "every"):
        yield "turned", {TURNED[name]: operand}
        for what, new in tests(operand) if is_test(operand) else conditions(operand):
            yield what, {name: new}
    elif name == "count":
        yield from ((what, {"count": new}) for what, new in counts(operand))
    elif name in TURNED:
        yield "turned", {TURNED[name]: operand}
        yield from ((what, {name: new}) for what, new in numbers(operand))
    elif name in LISTED:
        yield from ((f"{one} dropped", {name: rest}) for one, rest in each_dropped(operand))
        for what, pattern in PATTERNS.get(name, ()):
            yield what, {name: pattern}


def is_test(plain):
    if not isinstance(plain, dict):
        return True
    inner = plain.get("not")
    return plain.keys() <= set(OPERATORS) and (not isinstance(inner, dict) or is_test(inner))


def counts(operand):
    if not isinstance(operand, dict):
        yield from numbers(operand)
        return
    for name, wanted in operand.items():
        if name == "of":
            for what, new in tests(wanted) if is_test(wanted) else conditions(wanted):
                yield f"of: {what}", {**operand, "of": new}
        else:
            if name in TURNED:
                yield f"{name}: turned", {**without(operand, name), TURNED[name]: wanted}
            for what, new in numbers(wanted):
                yield f"{name}: {what}", {**operand, name: new}


# -- values -----------------------------------------------------------------------------------------------------------


def numbers(value):
    """Yield a number, or a text with a number at its end or before its unit, one more and one less."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield "+1", value + 1
        yield "-1", value - 1
    elif isinstance(value, str) and "${" not in value:
        found = re.search(r"(\d+)(\D*)$", value)
        if found:
            for what, step in (("+1", 1), ("-1", -1)):
                number = f"{int(found[1]) + step:0{len(found[1])}}"
                yield what, value[: found.start()] + number + found[2]


def values(value):
    """Yield a value that is something else."""
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, int | float):
        yield from numbers(value)
    elif isinstance(value, str):
        yield "another value", NEVER


def leaves(plain):
    """Yield plain data with one of its values changed."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            for what, new in leaves(value):
                yield f"{key}: {what}", {**plain, key: new}
    elif isinstance(plain, list):
        for number, value in enumerate(plain):
            if len(plain) == 1 or isinstance(value, dict | list):
                for what, new in leaves(value):
                    yield f"{number}: {what}", [*plain[:number], new, *plain[number + 1 :]]
            else:
                yield f"{value} dropped", plain[:number] + plain[number + 1 :]
    else:
        yield from values(plain)


def fixes(fix):
    """Yield (what, the fix after it)."""
    written = [(verb, name) for verb in ("set", "add") for name in fix.get(verb, {})]
    removed = fix.get("remove", [])
    several = len(written) + (1 if isinstance(removed, str) else len(removed)) > 1
    for verb, name in written:
        for what, new in leaves(fix[verb][name]):
            yield f"{verb}: {name}: {what}", {**fix, verb: {**fix[verb], name: new}}
        if several:
            rest = without(fix[verb], name)
            yield f"{verb}: {name} dropped", {**fix, verb: rest}
    if isinstance(removed, list):
        yield from ((f"remove: {one} dropped", {**fix, "remove": rest}) for one, rest in each_dropped(removed))
    elif several:
        yield "remove dropped", without(fix, "remove")


# -- resource files ---------------------------------------------------------------------------------------------------


def of_concept(node):
    """Yield (what, the plain concept after it, the attributes it is in) for the node of a concept.

    What is written once and repeated by an alias is changed everywhere.
    """
    found = {}
    for entry in node.get("found_in").elements():
        type = next(
            entry.get(name).value
            for name in ("terraform", "cloudformation", "dockerfile")
            if entry.get(name) is not None
        )
        for what, name, changed in attributes(entry.get("attributes")):
            found.setdefault(id(changed), (f"{type}: {what}", changed, []))[2].append(name)
    for what, changed, names in found.values():
        for how, new in values(changed.value):
            yield f"{what}: {how}", replaced(node, changed, new), tuple(dict.fromkeys(names))


def replaced(node, changed, new):
    """Return a node as plain data with one of the nodes in it replaced."""
    if node is changed:
        return new
    if node.kind == "map":
        return {key.value: replaced(value, changed, new) for key, value in node.value}
    if node.kind == "list":
        return [replaced(value, changed, new) for value in node.value]
    return node.plain()


def attributes(node):
    """Yield (what, the attribute, the node of a default or of what a word means)."""
    for name, _, place in node.items():
        for what, inner, changed in places(place, name):
            yield f"{name}: {what}", inner, changed


def places(node, name):
    if node.kind != "map":
        return
    default = node.get("default")
    if default is not None:
        for what, changed in defaults(default):
            yield f"default{what}", name, changed
    words = node.get("values")
    if words is not None and words.kind == "map":
        for word, _, meaning in words.items():
            yield f"values: {word}", name, meaning
    for form in ("first", "together"):
        listed = node.get(form)
        for number, part in enumerate(listed.elements() if listed is not None else ()):
            for what, inner, changed in places(part, name):
                yield f"{form} {number + 1}: {what}", inner, changed
    inside = node.get("attributes")
    if inside is not None:
        yield from attributes(inside)


def defaults(node):
    if node.kind == "list":
        for one in node.elements():
            value = one.get("value") if one.kind == "map" else None
            clause = one.get("for") if value is not None else None
            yield f": {clause.value if clause is not None else 'else'}", value or one
    else:
        yield "", node


def of_table(plain):
    """Yield (what, the table after it)."""
    yield from leaves(plain)
