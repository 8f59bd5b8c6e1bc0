"""Evaluates `for` expressions; what comes of elements that are not known stays open; never parses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    derived_origins,
    pairs,
    text_of_scalar,
    truth_of_scalar,
)
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.steps import Evaluate, Named, Several, follow
from gatepost.model.values import Unknown, Value

MOST_ELEMENTS = 20_000


def evaluate_for(node: nodes.ForExpression, frame: Frame, evaluate: Evaluate) -> Value:
    """Return the list or map that a `for` expression makes."""
    collection = evaluate(node.collection, frame)
    span = frame.span(node)
    if isinstance(collection.literal, Several):
        collection = collection.literal.listed()
    cause = collection.unknown
    if cause is not None or isinstance(collection.literal, Named):
        why = cause.why if cause is not None else "the elements are only known when Terraform runs"
        return Value(Unknown(why, cause is None or cause.may_be_missing), span, derived_origins([collection]))
    loop = _Loop(node, collection, frame, evaluate)
    entries = pairs(collection)
    if not node.work:
        node.work = nodes.PASS + nodes.work_in(node.value, node.key, node.condition)
    frame.scope.state.spend(len(entries) * node.work)
    if len(entries) > MOST_ELEMENTS:
        raise NotComputed("a loop over that many elements")
    for key, element in entries:
        loop.take(key, element)
    return loop.result(span)


class _Loop:
    __slots__ = ("evaluate", "frame", "gap", "groups", "items", "map", "node", "open", "secret", "what")

    def __init__(self, node: nodes.ForExpression, collection: Value, frame: Frame, evaluate: Evaluate) -> None:
        self.node = node
        self.frame = frame
        self.evaluate = evaluate
        self.open, self.gap = collection.open, collection.gap
        self.secret = collection.sensitive
        self.items: list[Value] = []
        self.map: dict[str, Value] = {}
        self.groups: dict[str, list[Value]] = {}
        self.what = frame.span(node.collection).text if node.collection.end - node.collection.start < 80 else "the list"

    def take(self, key: Value, element: Value) -> None:
        node, evaluate = self.node, self.evaluate
        names = {node.value_name: follow(element, self.what, "code")}
        if node.key_name:
            names[node.key_name] = key
        inner = self.frame.with_names(names)
        if node.condition is not None:
            condition = evaluate(node.condition, inner)
            self.secret = self.secret or condition.sensitive
            if condition.unknown is not None:
                self.open, self.gap = True, self.gap or condition.unknown.why
                return
            if not truth_of_scalar(condition.literal):
                return
        value = evaluate(node.value, inner)
        if node.key is None:
            self.items.append(value)
            return
        name = evaluate(node.key, inner)
        self.secret = self.secret or name.sensitive
        if name.unknown is not None:
            self.open, self.gap = True, self.gap or name.unknown.why
            return
        text = text_of_scalar(name.literal)
        if node.groups:
            self.groups.setdefault(text, []).append(value)
        elif text in self.map:
            raise Fails("two elements have the same key" if name.sensitive else f'two elements have the key "{text}"')
        else:
            self.map[text] = value

    def result(self, span: object) -> Value:
        node = self.node
        if node.key is None:
            literal: tuple[Value, ...] | Mapping[str, Value] = tuple(self.items)
        elif node.groups:
            literal = {key: Value(tuple(found)) for key, found in self.groups.items()}
        else:
            literal = self.map
        place, notation = cast("None", span), self.frame.notation
        return Value(literal, place, open=self.open, sensitive=self.secret, notation=notation, gap=self.gap)
