"""Random expressions, compared with the console: finds what nobody thought of; not part of the suite.

python -m tests.conformance.random_expressions 2000 --seed 7     prints each difference
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable

from tests.conformance.expressions_console import BATCH, ROOT, ask
from tests.conformance.expressions_gatepost import Answer, answers, is_wrong

NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "-1",
    "10",
    "0.5",
    "1.25",
    "-2.75",
    "1e3",
    "7",
    "100",
    "0.1",
    "12345678901234567890",
    "-0",
)
TEXTS = (
    *("", "a", "b", "abc", "Hello World", "x-y_z", "1", "2.5", "true", "false", "é", "a,b,,c", "  pad ", "<&>"),
    *("line\\nnext", "10.0.0.0/8", "a/b/c.txt", 'quo\\"te', "back\\\\slash", "日本", "aaa", "%s", "[]", "{}", "null"),
)
PATTERNS = (
    "a",
    "[a-z]+",
    "(a)(b)?",
    "(?P<x>.)",
    "x*",
    "^.",
    ".$",
    "\\\\w+",
    "(a|b)+",
    "[^a]",
    "",
    "(?i)A",
    "l{2}",
    "(.)(.)",
)
NAMES = ("a", "b", "c")
ON_TEXT = ("upper", "lower", "title", "strrev", "trimspace", "chomp", "urlencode", "base64encode")
HASHES = ("md5", "sha1", "basename", "dirname", "base64decode")
ON_LISTS = ("tolist", "toset", "distinct", "reverse", "flatten", "compact", "sort", "values", "keys")
ON_TWO_LISTS = ("concat", "setunion", "setintersection", "setsubtract", "setproduct", "coalescelist", "coalesce")
FORMATS = ("%s", "%v", "%d", "%q", "%5s|", "%-5v|", "%05d", "%.2f", "%x", "%#v", "%t", "%e", "%g", "%+d", "%3.1f")


class Maker:
    """Makes expressions of some kind, most of which Terraform accepts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names: list[str] = []

    def pick(self, *choices: Callable[[int], str]) -> Callable[[int], str]:
        return self.random.choice(choices)

    def any(self, depth: int) -> str:
        if self.names and self.random.random() < 0.2:
            return self.random.choice(self.names)
        makers = [self.number, self.number, self.text, self.text, self.truth, self.list, self.list, self.map, self.null]
        return self.random.choice(makers)(depth)

    def null(self, depth: int) -> str:
        return self.random.choice(("null", "tostring(null)", "tonumber(null)", "tolist(null)"))

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice(NUMBERS)
        d = depth - 1
        return self.pick(
            lambda _: self.random.choice(NUMBERS),
            lambda _: f"({self.number(d)} {self.random.choice('+-*/%')} {self.number(d)})",
            lambda _: f"length({self.pick(self.list, self.text, self.map)(d)})",
            lambda _: f"{self.random.choice(('abs', 'ceil', 'floor', 'tonumber'))}({self.number(d)})",
            lambda _: f"{self.random.choice(('max', 'min'))}({self.number(d)}, {self.number(d)})",
            lambda _: f"sum({self.list(d)})",
            lambda _: f"index({self.list(d)}, {self.any(d)})",
            lambda _: f"pow({self.number(0)}, {self.random.randint(0, 5)})",
            lambda _: f"parseint({self.text(0)}, {self.random.choice((2, 10, 16, 36))})",
            lambda _: f"-{self.number(d)}",
            lambda _: self.choice(self.number, d),
        )(depth)

    def quoted(self) -> str:
        return f'"{self.random.choice(TEXTS)}"'

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.quoted()
        d = depth - 1
        r = self.random
        return self.pick(
            lambda _: self.quoted(),
            lambda _: f'"{r.choice(("x", "", "-"))}${{{self.any(d)}}}{r.choice(("", "y"))}"',
            lambda _: f"{r.choice(ON_TEXT)}({self.text(d)})",
            lambda _: f"{r.choice(('trim', 'trimprefix', 'trimsuffix'))}({self.text(d)}, {self.text(0)})",
            lambda _: f"join({self.text(0)}, {self.list(d)})",
            lambda _: f"substr({self.text(d)}, {r.randint(-4, 4)}, {r.randint(-1, 5)})",
            lambda _: f"replace({self.text(d)}, {self.text(0)}, {self.text(0)})",
            lambda _: f'replace({self.text(d)}, "/{r.choice(PATTERNS)}/", "{r.choice(("", "z", "[$0]", "$1", "$x"))}")',
            lambda _: f"{r.choice(('jsonencode', 'tostring', 'yamlencode', 'jsonencode'))}({self.any(d)})",
            lambda _: f'format("{r.choice(FORMATS)}", {self.any(d)})',
            lambda _: f'regex("{r.choice(PATTERNS)}", {self.text(d)})',
            lambda _: f"indent({r.randint(0, 3)}, {self.text(d)})",
            lambda _: f"{r.choice(HASHES)}({self.text(d)})",
            lambda _: self.choice(self.text, d),
        )(depth)

    def choice(self, make: Callable[[int], str], depth: int) -> str:
        other = make if self.random.random() < 0.8 else self.any
        return f"({self.truth(depth)} ? {make(depth)} : {other(depth)})"

    def truth(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice(("true", "false"))
        d = depth - 1
        r = self.random
        return self.pick(
            lambda _: r.choice(("true", "false")),
            lambda _: f"({self.any(d)} {r.choice(('==', '!='))} {self.any(d)})",
            lambda _: f"({self.number(d)} {r.choice(('<', '>', '<=', '>='))} {self.number(d)})",
            lambda _: f"({self.truth(d)} {r.choice(('&&', '||'))} {self.truth(d)})",
            lambda _: f"!{self.truth(d)}",
            lambda _: f"contains({self.list(d)}, {self.any(d)})",
            lambda _: f"can({self.any(d)})",
            lambda _: f"{r.choice(('startswith', 'endswith', 'strcontains'))}({self.text(d)}, {self.text(0)})",
            lambda _: f"{r.choice(('alltrue', 'anytrue'))}([{self.truth(d)}, {self.truth(0)}])",
            lambda _: f"issensitive({self.any(d)})",
        )(depth)

    def list(self, depth: int) -> str:
        r = self.random
        if depth <= 0:
            return r.choice(
                ("[]", '["a", "b"]', "[1, 2, 3]", '[1, "a"]', '["b", "a", "b"]', "[true]", "[null]", "[[1], [2]]")
            )
        d = depth - 1
        return self.pick(
            lambda _: f"[{', '.join(self.any(d) for _ in range(r.randint(0, 3)))}]",
            lambda _: f"[{', '.join(self.text(d) for _ in range(r.randint(0, 3)))}]",
            lambda _: f"[{', '.join(self.number(d) for _ in range(r.randint(0, 3)))}]",
            lambda _: f"{r.choice(ON_LISTS)}({self.list(d)})",
            lambda _: f"{r.choice(('values', 'keys'))}({self.map(d)})",
            lambda _: f"{r.choice(ON_TWO_LISTS)}({self.list(d)}, {self.list(d)})",
            lambda _: f"slice({self.list(d)}, {r.randint(0, 2)}, {r.randint(0, 3)})",
            lambda _: f"chunklist({self.list(d)}, {r.randint(0, 3)})",
            lambda _: f"range({r.randint(-2, 4)}, {self.number(0)})",
            lambda _: f"split({self.text(0)}, {self.text(d)})",
            lambda _: f'regexall("{r.choice(PATTERNS)}", {self.text(d)})',
            lambda _: f'formatlist("%v-%v", {self.list(d)}, {self.any(d)})',
            lambda _: self.loop(d),
            lambda _: f"{self.any(d)}[*]",
            lambda _: f"[{self.map(d)}, {self.map(d)}][*].a",
            lambda _: f"sensitive({self.list(d)})",
            lambda _: f"[sensitive({self.any(d)}), {self.any(d)}]",
            lambda _: f"try({self.list(d)}, {self.list(d)})",
            lambda _: self.choice(self.list, d),
            lambda _: f"matchkeys({self.list(d)}, {self.list(0)}, {self.list(0)})",
            lambda _: f"[element({self.list(d)}, {r.randint(0, 4)}), one({self.list(d)})]",
        )(depth)

    def loop(self, depth: int) -> str:
        source = self.random.choice((self.list, self.map))(depth)
        self.names += ["v", "k"]
        value = self.any(depth)
        condition = f" if {self.truth(depth)}" if self.random.random() < 0.3 else ""
        self.names = self.names[:-2]
        return f"[for k, v in {source} : {value}{condition}]"

    def map(self, depth: int) -> str:
        r = self.random
        if depth <= 0:
            return r.choice(("{}", "{ a = 1 }", '{ a = "x", b = 2 }', "{ b = [1], a = true }", "{ c = null }"))
        d = depth - 1
        return self.pick(
            lambda _: "{ " + ", ".join(f"{name} = {self.any(d)}" for name in r.sample(NAMES, r.randint(0, 3))) + " }",
            lambda _: f"merge({self.map(d)}, {self.map(d)})",
            lambda _: f"tomap({self.map(d)})",
            lambda _: f"zipmap({self.list(d)}, {self.list(d)})",
            lambda _: f"{{ for k, v in {self.pick(self.list, self.map)(d)} : k => v }}",
            lambda _: f"{{ for k, v in {self.list(d)} : v => k... }}",
            lambda _: f"transpose({self.map(d)})",
            lambda _: self.choice(self.map, d),
            lambda _: f"{{ a = {self.map(d)}.a, b = lookup({self.map(d)}, {self.text(0)}, {self.any(d)}) }}",
            lambda _: f"jsondecode(jsonencode({self.map(d)}))",
            lambda _: f"yamldecode(yamlencode({self.map(d)}))",
            lambda _: f"{{ a = sensitive({self.any(d)}), b = {self.any(d)} }}",
        )(depth)


def compare(expressions: list[str]) -> tuple[list[tuple[str, Answer, Answer]], int]:
    """Return the expressions that Gatepost answers in another way, and how many it does not know."""
    ours = answers(expressions, ROOT)
    wrong: list[tuple[str, Answer, Answer]] = []
    for start in range(0, len(expressions), BATCH):
        batch = expressions[start : start + BATCH]
        for one, theirs in zip(batch, ask(batch), strict=True):
            if is_wrong(ours[one], theirs):
                wrong.append((one, ours[one], theirs))
    return wrong, sum(answer[0] == "unknown" for answer in ours.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--depth", type=int, default=3)
    given = parser.parse_args()
    maker = Maker(given.seed)
    expressions = list(dict.fromkeys(maker.any(given.depth) for _ in range(given.count)))
    wrong, unknown = compare(expressions)
    for one, ours, theirs in sorted(wrong, key=lambda each: len(each[0])):
        print(f"{one}\n  Gatepost  {json.dumps(ours)}\n  Terraform {json.dumps(theirs)}")
    print(f"{len(expressions)} expressions, {len(wrong)} wrong, {unknown} unknown")


if __name__ == "__main__":
    main()
