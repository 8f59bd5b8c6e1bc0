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
    """Yield (what was done, the plain rule after it); what stands in several places is changed in all of them."""
    for key in ("when", "require", "forbid"):
        if key in plain:
            done = set()
            for what, part, new in conditions(plain[key]):
                if (id(part), repr(new)) not in done:
                    done.add((id(part), repr(new)))
                    yield f"{key}: {what}", {**plain, key: swapped(plain[key], part, new)}
    if "when" in plain:
        yield "when dropped", without(plain, "when")
    turned = {"require": "forbid", "forbid": "require"}
    yield "require and forbid turned", {turned.get(key, key): value for key, value in plain.items()}
    for name, value in plain.get("settings", {}).items():
        for what, new in leaves(value):
            yield f"settings: {name}: {what}", {**plain, "settings": {**plain["settings"], name: new}}
    for what, fix in fixes(plain.get("fix", {})):
        yield f"fix: {what}", {**plain, "fix": fix}
    if "points_at" in plain:
        yield "points_at dropped", without(plain, "points_at")


def shared(node, known):
    """Return a node as plain data in which what an alias repeats is the same object; `known` is filled."""
    if id(node) not in known:
        if node.kind == "map":
            known[id(node)] = {key.value: shared(value, known) for key, value in node.value}
        elif node.kind == "list":
            known[id(node)] = [shared(value, known) for value in node.value]
        else:
            known[id(node)] = node.plain()
    return known[id(node)]


def swapped(plain, part, new):
    """Return plain data with one of the mappings and lists in it replaced, wherever it stands."""
    if plain is part:
        return new
    if isinstance(plain, dict):
        return {key: swapped(value, part, new) for key, value in plain.items()}
    if isinstance(plain, list):
        return [swapped(value, part, new) for value in plain]
    return plain


def without(mapping, key):
    return {name: value for name, value in mapping.items() if name != key}


def each_dropped(listed):
    """Yield (member, the rest) for every member of a list of two or more."""
    if isinstance(listed, list) and len(listed) > 1:
        for number, one in enumerate(listed):
            yield one, listed[:number] + listed[number + 1 :]


# -- conditions: all yield (what, the mapping or list that is changed, what it becomes) -------------------------------


def conditions(plain):
    for key, value in plain.items():
        if len(plain) > 1:
            yield f"{key} dropped", plain, without(plain, key)
        if key == "any" and isinstance(value, list):
            for number, branch in enumerate(value):
                if len(value) > 1:
                    yield f"any {number + 1} dropped", value, value[:number] + value[number + 1 :]
                yield from within(f"any {number + 1}", conditions(branch))
        elif key == "not":
            yield "not removed", plain, {**plain, "not": {"not": value}}
            yield from within("not", conditions(value))
        elif isinstance(value, dict):
            yield from within(key, tests(value))
        else:
            for what, new in values(value):
                yield f"{key}: {what}", plain, {**plain, key: new}
            if not isinstance(value, bool):
                yield f"{key}: not added", plain, {**plain, key: {"not": value}}


def within(name, made):
    return ((f"{name}: {what}", part, new) for what, part, new in made)


def tests(test):
    for name, operand in test.items():
        if len(test) > 1:
            yield f"{name} dropped", test, without(test, name)
        yield from within(name, operators(test, name, operand))
    if test.keys() not in ({"not"}, {"exists"}):
        yield "not added", test, {"not": test}


def operators(test, name, operand):
    rest = without(test, name)
    if name == "exists":
        yield "flipped", test, {**rest, name: not operand}
    elif name == "not":
        is_plain = isinstance(operand, dict) and operand.keys() <= set(OPERATORS)
        yield "removed", test, {**rest, **(operand if is_plain else {"not": {"not": operand}})}
        if isinstance(operand, dict):
            yield from ((what, part, new) for what, part, new in tests(operand) if what != "not added")
    elif name in ("some", "every"):
        yield "turned", test, {**rest, TURNED[name]: operand}
        yield from elements(test, name, operand)
    elif name == "count":
        yield from counts(test, operand)
    elif name in TURNED:
        yield "turned", test, {**rest, TURNED[name]: operand}
        yield from ((what, test, {**rest, name: new}) for what, new in numbers(operand))
    elif name in LISTED:
        yield from ((f"{one} dropped", operand, less) for one, less in each_dropped(operand))
        for what, pattern in PATTERNS.get(name, ()):
            yield what, test, {**rest, name: pattern}


def elements(test, name, operand):
    """Yield what is asked of the elements of a list: a condition, a test, or a value."""
    if not isinstance(operand, dict):
        for what, new in values(operand):
            yield what, test, {**test, name: new}
    elif is_test(operand):
        yield from tests(operand)
    else:
        yield from conditions(operand)


def is_test(plain):
    inner = plain.get("not")
    return plain.keys() <= set(OPERATORS) and (not isinstance(inner, dict) or is_test(inner))


def counts(test, operand):
    if not isinstance(operand, dict):
        yield from ((what, test, {**test, "count": new}) for what, new in numbers(operand))
        return
    for name, wanted in operand.items():
        if name == "of":
            yield from within("of", elements(operand, "of", wanted))
        else:
            if name in TURNED:
                yield f"{name}: turned", operand, {**without(operand, name), TURNED[name]: wanted}
            yield from ((f"{name}: {what}", operand, {**operand, name: new}) for what, new in numbers(wanted))


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
