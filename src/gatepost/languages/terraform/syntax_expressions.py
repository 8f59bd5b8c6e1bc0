"""Reads expressions by recursive descent over fused tokens; never bodies, never values."""

from __future__ import annotations

import re

from gatepost.languages.terraform import tokens
from gatepost.languages.terraform.nodes import (
    Access,
    Binary,
    Call,
    Conditional,
    Expression,
    ForExpression,
    Index,
    ListExpression,
    Literal,
    Member,
    ObjectExpression,
    Parentheses,
    Reference,
    Splat,
    Step,
    Unary,
)
from gatepost.languages.terraform.syntax_templates import (
    DEPTH_LIMIT,
    HEIGHT_LIMIT,
    HclError,
    TemplateParser,
    TooDeep,
    unescape,
)

KEYWORDS = tokens.KEYWORDS


def number(digits: str, offset: int) -> int | float:
    """Return what a number literal means; raises HclError when it has more digits than anybody writes."""
    if len(digits) > 400:
        raise HclError(offset, "number with more than 400 digits", "write a shorter number")
    try:
        return int(digits)
    except ValueError:
        pass
    if len(digits) < 16 and "e" not in digits and "E" not in digits:
        near = float(digits)
        return int(near) if near.is_integer() else near
    from gatepost.languages.terraform.exact_numbers import TooLarge, read_decimal

    try:
        return read_decimal(digits)
    except TooLarge:
        return float("inf")  # read, and never worked out


class ExpressionParser(TemplateParser):
    """Reads expressions. `anywhere`: line breaks do not count, as inside brackets."""

    __slots__ = ()

    def alone(self) -> Expression:
        """Read a text that is one expression and nothing else; raises HclError."""
        node = self.expression(0, True)
        at = self.past_blank(node.end)
        if at < len(self.text):
            raise HclError(at, "extra characters behind the expression", "give one expression")
        return node

    def expression(self, at: int, anywhere: bool, minimum: int = 0) -> Expression:
        """Read the expression at `at`, with operators that bind tighter than `minimum`; raises HclError."""
        text = self.text
        match = tokens.TERM(text, at)
        if match is None and anywhere:
            match = tokens.TERM(text, self.past_blank(at))
        if match is None:
            raise self.no_expression(at, anywhere)
        kind = match.lastindex or 0
        start, end = match.span(kind)
        height = 0
        node: Expression
        if kind == 2:
            word = match[2]
            node = Literal(start, end, KEYWORDS[word]) if word in KEYWORDS else Reference(start, end, word)
        elif kind == 1:
            node = Literal(start, end, unescape(text[start + 1 : end - 1], start + 1))
        elif kind == 3:
            node = Literal(start, end, number(match[3], start))
        else:
            if self.depth >= DEPTH_LIMIT:
                raise TooDeep(start)
            self.depth += 1
            before, self.height = self.height, 0
            node = self.nested(match, kind, anywhere)
            self.depth -= 1
            height = self.height + 1
            self.height = max(before, height)
        following = tokens.FOLLOWING(text, node.end)
        if following is None and anywhere:
            following = self.following_elsewhere(node.end)
        if following is None:
            return node
        return self.continued(node, following, anywhere, minimum, height)

    def past_blank(self, at: int) -> int:
        """Return where line breaks and all else that does not count where they do not ends."""
        blank = tokens.BLANK.match(self.text, at)
        return blank.end() if blank else at

    def following_elsewhere(self, at: int) -> re.Match[str] | None:
        """Return what follows a term that ends at `at` on another line, None for nothing."""
        there = self.past_blank(at)
        return tokens.FOLLOWING(self.text, there) if there > at else None

    def no_expression(self, at: int, anywhere: bool) -> HclError:
        """Return the error for a place where an expression should stand."""
        blank = (tokens.BLANK if anywhere else tokens.INLINE_BLANK).match(self.text, at)
        at = blank.end() if blank else at
        hint = "a value such as text in quotes, a number, a list, an object or a reference belongs here"
        return HclError(at, "no valid expression", hint)

    def nested(self, match: re.Match[str], kind: int, anywhere: bool) -> Expression:
        """Read a term that holds other expressions."""
        start = match.start(kind)
        if kind == 6:
            name = match[6]
            items, end, expands = self.items(match.end(), ")")
            name = "".join(name.split()) if "::" in name else name
            return Call(start, end, name, items, expands)
        if kind == 4:
            if tokens.FOR_KEYWORD(self.text, start + 1):
                return self.for_expression(start, "]")
            items, end, _ = self.items(start + 1, "]")
            return ListExpression(start, end, items)
        if kind == 5:
            if tokens.FOR_KEYWORD(self.text, start + 1):
                return self.for_expression(start, "}")
            return self.object(start)
        if kind == 7:
            return self.quoted(start)
        if kind == 8:
            inner = self.expression(start + 1, True)
            return Parentheses(start, self.closing(inner.end, ")", start), inner)
        if kind == 9:
            operand = self.expression(start + 1, anywhere, tokens.UNARY_PRECEDENCE)
            return Unary(start, operand.end, match[9], operand)
        return self.heredoc(match.start(10), match[10], match[11], match.end())

    def continued(
        self, node: Expression, match: re.Match[str], anywhere: bool, minimum: int, height: int
    ) -> Expression:
        """Read the operators and steps that follow a term; `height` is the term's own."""
        text = self.text
        before, self.height = self.height, height
        links = 0
        following: re.Match[str] | None = match
        while following is not None:
            kind = following.lastindex or 0
            if kind == 1:
                operator = following[1]
                precedence = tokens.PRECEDENCE[operator]
                if precedence <= minimum:
                    break
                right = self.expression(following.end(), anywhere, precedence)
                node = Binary(node.start, right.end, operator, node, right)
            elif kind == 2:
                if minimum:
                    break
                node = self.conditional(node, following.end(), anywhere)
            else:
                node = self.stepped(node, following, kind)
                links -= 1
            links += 1
            if links > HEIGHT_LIMIT:
                raise TooDeep(node.start)
            following = tokens.FOLLOWING(text, node.end)
            if following is None and anywhere:
                following = self.following_elsewhere(node.end)
        height = self.height + links + 1
        if height > HEIGHT_LIMIT:
            raise TooDeep(node.start)
        self.height = max(before, height)
        return node

    def conditional(self, condition: Expression, at: int, anywhere: bool) -> Conditional:
        """Read what follows the question mark of `condition ? if_true : if_false`."""
        if self.depth >= DEPTH_LIMIT:
            raise TooDeep(condition.start)
        self.depth += 1
        if_true = self.expression(at, anywhere)
        colon = (tokens.COLON if anywhere else tokens.INLINE_COLON).match(self.text, if_true.end)
        if colon is None:
            raise HclError(if_true.end, "conditional without its false result", "write condition ? if_true : if_false")
        if_false = self.expression(colon.end(), anywhere)
        self.depth -= 1
        return Conditional(condition.start, if_false.end, condition, if_true, if_false)

    def stepped(self, node: Expression, match: re.Match[str], kind: int) -> Expression:
        """Add a step (`.name`, `[key]`, a splat) to an expression."""
        start = match.start(7) if kind == 7 else match.start(3)
        step: Step
        if match[6]:
            step = Member(start, match.end(), match[6])
        elif match[5]:
            if isinstance(node, Literal):
                raise HclError(node.start, "invalid number literal", "a number has one decimal point at most")
            step = Index(start, match.end(), Literal(match.start(5), match.end(5), number(match[5], start)))
        elif kind == 3 or match.end() - start > 1:
            step = Splat(start, match.end(), kind == 7)
        else:
            if self.depth >= DEPTH_LIMIT:
                raise TooDeep(start)
            self.depth += 1
            key = self.expression(match.end(), True)
            self.depth -= 1
            step = Index(start, self.closing(key.end, "]", start), key)
        static = type(step) is not Index or type(step.key) is Literal
        if type(node) is Access:
            node.steps.append(step)
            node.end = step.end
            return node
        if type(node) is Reference and static:
            node.extend(step)
            return node
        return Access(node.start, step.end, node, [step])

    def closing(self, at: int, bracket: str, opened: int) -> int:
        """Return where the closing bracket that has to come next ends."""
        match = tokens.CLOSING(self.text, at)
        if match is None or match[1] != bracket:
            raise HclError(opened, f"bracket is not closed with {bracket}", f"write {bracket} behind the expression")
        return match.end()

    def items(self, at: int, bracket: str) -> tuple[list[Expression], int, bool]:
        """Read the items of a list or call behind its bracket; returns them, the end, and whether `...` follows."""
        text, items, opened = self.text, list[Expression](), at - 1
        match = tokens.CLOSING(text, at)
        if match is not None and match[1] == bracket:
            return items, match.end(), False
        while True:
            item = self.expression(at, True)
            items.append(item)
            match = tokens.LIST_SEPARATOR(text, item.end)
            kind = match.lastindex if match else 0
            if match is None or (kind == 3 and match[3] != bracket) or (kind == 2 and bracket == "]"):
                raise HclError(
                    item.end, "items are not separated", f"write a comma between items, {bracket} at the end"
                )
            at = match.end()
            if kind == 3:
                return items, at, False
            if kind == 2:
                return items, self.closing(at, bracket, opened), True
            match = tokens.CLOSING(text, at)
            if match is not None:
                return items, self.closing(at, bracket, opened), False

    def object(self, start: int) -> ObjectExpression:
        """Read the object whose brace stands at `start`."""
        text, at = self.text, start + 1
        items: list[tuple[Expression, Expression]] = []
        while True:
            match = tokens.OBJECT_KEY(text, at)
            key: Expression
            if match is None:
                blank = tokens.BLANK.match(text, at)
                key = self.expression(blank.end() if blank else at, False)
                match = tokens.OBJECT_EQUALS.match(text, key.end)
                if match is None:
                    raise HclError(key.end, "object key without a value", "write key = value")
            elif match.lastindex == 1:
                return ObjectExpression(start, match.end(), items)
            else:
                key = self.object_key(match)
            value = self.expression(match.end(), False)
            items.append((key, value))
            match = tokens.OBJECT_SEPARATOR(text, value.end)
            if match is None:
                raise HclError(value.end, "object entries are not separated", "write a comma or a line break after it")
            at = match.end()
            if match.lastindex == 3:
                return ObjectExpression(start, at, items)

    def object_key(self, match: re.Match[str]) -> Literal:
        """Return the key of a match of OBJECT_KEY."""
        kind = match.lastindex or 0
        start, end = match.span(kind)
        if kind == 3:
            return Literal(start, end, unescape(self.text[start + 1 : end - 1], start + 1))
        return Literal(start, end, match[2] if kind == 2 else number(match[4], start))

    def for_expression(self, start: int, bracket: str) -> ForExpression:
        """Read the for expression whose bracket stands at `start`."""
        text = self.text
        introduction = tokens.FOR_INTRODUCTION.match(text, start + 1)
        if introduction is None:
            raise HclError(start, "invalid for expression", "write for item in list, or for key, value in map")
        names = (introduction[1], introduction[2]) if introduction[2] else ("", introduction[1])
        collection = self.expression(introduction.end(), True)
        colon = tokens.COLON.match(text, collection.end)
        if colon is None:
            raise HclError(collection.end, "invalid for expression", "write a colon after the collection")
        node = ForExpression(start, start, names, collection, self.expression(colon.end(), True))
        if bracket == "}":
            arrow = tokens.ARROW.match(text, node.value.end)
            if arrow is None:
                raise HclError(node.value.end, "invalid for expression", "in braces write key => value")
            node.key, node.value = node.value, self.expression(arrow.end(), True)
        at = node.value.end
        if node.key is not None and (ellipsis := tokens.ELLIPSIS.match(text, at)):
            node.groups = True
            at = ellipsis.end()
        if keyword := tokens.IF_KEYWORD.match(text, at):
            node.condition = self.expression(keyword.end(), True)
            at = node.condition.end
        node.end = self.closing(at, bracket, start)
        return node
