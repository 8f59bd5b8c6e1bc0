"""The characters that people see in a text, which is what Terraform counts and cuts by; never bytes or code points."""

from __future__ import annotations

from gatepost.languages.terraform.conversions import NotComputed


def clusters(text: str) -> list[str] | str:
    """Return the characters of a text; raises NotComputed where marks and joiners make that a question."""
    if text.isascii():
        return text if "\r\n" not in text else _with_line_ends(text)
    if len(text) > 200_000:
        raise NotComputed("the length of so long a text")
    from unicodedata import category

    found: list[str] = []
    for character in text:
        if "\u1100" <= character <= "\u11ff" or "\ua960" <= character <= "\ua97f" or "\ud7b0" <= character <= "\ud7ff":
            raise NotComputed("the length of this text")
        kind = category(character)
        if kind in ("Mn", "Me") and found and found[-1] > "\x1f" and character != "\u200c":
            found[-1] += character
        elif (kind[0] in "MC" and character not in "\t\n") or _joins(character):
            raise NotComputed("the length of this text")
        else:
            found.append(character)
    return found


def _joins(character: str) -> bool:
    """Whether a character makes one with its neighbour: halves of flags, colours of skin."""
    return "\U0001f1e6" <= character <= "\U0001f1ff" or "\U0001f3fb" <= character <= "\U0001f3ff"


def _with_line_ends(text: str) -> list[str]:
    import re

    return re.findall(r"\r\n|[\s\S]", text)


def characters(text: str) -> int:
    """Return how many characters people see; raises NotComputed where that is a question."""
    return len(clusters(text))
