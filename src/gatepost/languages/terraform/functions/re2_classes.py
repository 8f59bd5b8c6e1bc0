"""Sets of characters as Go's regular expressions have them; never a class that Python knows otherwise."""

from __future__ import annotations

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.model.records import NamedTuple

_LAST = 0x10FFFF


class Class(NamedTuple):
    """Characters in ranges, in other classes, or of Unicode categories; or all but these."""

    ranges: tuple[tuple[int, int], ...]
    others: tuple[Class, ...] = ()
    inverse: bool = False
    category: str = ""

    def holds(self, code: int) -> bool:
        """Tell whether a character is in the class."""
        if self.category:
            from unicodedata import category

            found = category(chr(code)).startswith(self.category)
        else:
            found = any(low <= code <= high for low, high in self.ranges) or any(
                other.holds(code) for other in self.others
            )
        return found is not self.inverse


def negated(one: Class) -> Class:
    """Return the class of all other characters."""
    return one._replace(inverse=not one.inverse)


def folded(one: Class) -> Class:
    """Return the class with the other case of its ASCII letters; the rest is for texts of ASCII alone."""
    if one.inverse or one.category:
        return one
    more: list[tuple[int, int]] = []
    for low, high in one.ranges:
        for start, by in ((0x41, 32), (0x61, -32)):
            first, last = max(low, start), min(high, start + 25)
            if first <= last:
                more.append((first + by, last + by))
    return one._replace(ranges=(*one.ranges, *more), others=tuple([folded(other) for other in one.others]))


def _of(*pairs: str) -> Class:
    return Class(tuple([(ord(pair[0]), ord(pair[-1])) for pair in pairs]))


ANY_CHARACTER = Class(((0, _LAST),))
ANY_IN_LINE = negated(_of("\n"))
WORD = _of("09", "AZ", "__", "az")
PERL = {"d": _of("09"), "s": _of("\t\n", "\f\r", "  "), "w": WORD}
PERL.update({letter.upper(): negated(one) for letter, one in tuple(PERL.items())})
POSIX = {
    "alnum": _of("09", "AZ", "az"),
    "alpha": _of("AZ", "az"),
    "ascii": _of("\0\x7f"),
    "blank": _of("\t", " "),
    "cntrl": _of("\0\x1f", "\x7f"),
    "digit": _of("09"),
    "graph": _of("!~"),
    "lower": _of("az"),
    "print": _of(" ~"),
    "punct": _of("!/", ":@", "[`", "{~"),
    "space": _of("\t\r", " "),
    "upper": _of("AZ"),
    "word": WORD,
    "xdigit": _of("09", "AF", "af"),
}
_CATEGORIES = frozenset(
    ("C", "Cc", "Cf", "Co", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc")
    + ("Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs")
)


def unicode_class(name: str) -> Class:
    """Return the class of a Unicode category; raises NotComputed for scripts, Fails for what can be neither."""
    if name == "Any":
        return ANY_CHARACTER
    if name in _CATEGORIES and name != "C":
        return Class((), category=name)
    if (name[:1].isupper() and len(name) > 2) or name == "C":
        raise NotComputed("a pattern with a script of Unicode")
    raise Fails("the pattern is no regular expression: a class has a name that is not known")
