"""Which names promise a secret, which texts are only stand-ins for one, and how random text looks; never formats."""

from __future__ import annotations

import re
from functools import lru_cache
from math import log2

from gatepost.model.regexes import regex

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PASSWORDS = frozenset({"password", "passwd", "pwd", "passphrase", "passcode", "pass"})
_TOKENS = frozenset({"secret", "token", "apikey", "secretkey", "accesskey"})
_PAIRS = frozenset(
    {
        ("secret", "key"), ("access", "key"), ("api", "key"), ("auth", "key"), ("private", "key"), ("shared", "key"),
        ("signing", "key"), ("encryption", "key"), ("master", "key"), ("account", "key"), ("license", "key"),
        ("app", "key"), ("service", "key"), ("client", "secret"), ("auth", "token"), ("access", "token"),
    }
)  # fmt: skip
# Words after which a name speaks about a secret and does not hold one.
_STAND_INS = regex(
    r"example|sample|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this|with)|placeholder|dummy|your[-_ ]"
    r"|_here\b|insert[-_ ]|redacted|fixme|todo|xxxx|\*\*\*\*|\.\.\.|notasecret|not-a-secret|fake|mock|<[^>]*>"
    r"|^\$|\$\{|\$\(|\{\{|%\(|%s|#\{|^@|^!",
    re.IGNORECASE,
)
_REFERENCES = regex(
    r"^(?:arn:|projects/|/|\./|~/|https?://|s3://|file://|vault:|ssm:|kms:|env:|secret:|data\.|var\.|local\.|module\.|aws_|"
    r"resolve:|op://|alias/|secretsmanager|[A-Za-z]:\\)|\{\{|keyvault|\.(?:pem|key|crt|json|txt|ya?ml|env)$|^\w+\(",
    re.IGNORECASE,
)
_PLAIN_PARTS = regex(r"[-_./:]")
_UUID = regex(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SAYINGS = frozenset(
    {
        "true", "false", "null", "none", "nil", "yes", "no", "on", "off", "enabled", "disabled", "required", "optional",
        "string", "password", "secret", "token", "default", "undefined", "empty", "plaintext", "auto", "generate",
        "random", "securestring", "test",
    }
)  # fmt: skip


@lru_cache(maxsize=4096)
def promise(name: str) -> str:
    """Return what a name promises: "password", "token", or "" (also for names that speak about a secret)."""
    words = [word.lower() for word in _WORD.findall(name)]
    while words and words[-1].isdigit():
        words.pop()
    if not words:
        return ""
    if words[-1] in _PASSWORDS:
        return "password"
    if words[-1] in _TOKENS or tuple(words[-2:]) in _PAIRS:
        return "token"
    return ""


def by_name(name: str, text: str, inside: bool = False) -> str:
    """Return the kind of secret that a text under this name is, "" for none; `inside` longer text less is believed."""
    promised = promise(name)
    if not promised or is_placeholder(text):
        return ""
    if promised == "token" and len(text) == 40 and _looks_like_aws(text):
        return "AWS secret key"
    if _REFERENCES.search(text):
        return ""
    if promised == "password":
        if inside and not (any(c.isdigit() for c in text) and len(text) >= 6):
            return ""
        plain = text.strip().lower()
        if plain in _SAYINGS and not (plain == "password" and not inside):
            return ""
        return "password" if len(text) >= 4 and " " not in text.strip() else ""
    if " " in text or len(text) < 16 or not looks_random(text):
        return ""
    return "token or key"


def _looks_like_aws(text: str) -> bool:
    kinds = any(c.isupper() for c in text), any(c.islower() for c in text), any(c.isdigit() for c in text)
    return all(kinds) and all(c.isalnum() or c in "/+=" for c in text) and shannon(text) > 4


def is_placeholder(text: str) -> bool:
    """Whether a text only stands where a secret would."""
    if len(set(text)) <= 2 or _STAND_INS.search(text) is not None:
        return True
    low = text.lower()
    return low in "abcdefghijklmnopqrstuvwxyz0123456789" or (low in "01234567890123456789" and len(low) > 8)


def looks_random(text: str) -> bool:
    """Whether text is random rather than named: digits and letters mixed inside its parts, many different ones."""
    if _UUID.fullmatch(text):
        return True
    if not (any(c.isdigit() for c in text) and any(c.isalpha() for c in text)):
        return False
    mixed = [part for part in _PLAIN_PARTS.split(text) if not (part.isalpha() or part.isdigit())]
    longest = max((len(part) for part in mixed), default=0)
    return longest >= 12 and shannon(text) >= 3.0


def shannon(text: str) -> float:
    """Return the bits per character of a text's own distribution of characters."""
    total = len(text)
    return -sum(n / total * log2(n / total) for n in (text.count(c) for c in set(text)))
