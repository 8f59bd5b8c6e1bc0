"""Infers the environments of a finding from everything that tells them; never softens what it is not sure of.

All that is told counts. What the author of a change can choose freely (the name of a branch, a variable of the
pipeline, a folder or a value that this very change brings) and what may be set otherwise (defaults) may add an
environment, and makes none certain: where nothing else tells one, `unknown` stays beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gatepost.context.signs import accounts_in, signs_of_accounts, signs_of_names
from gatepost.model.decisions import Fact
from gatepost.model.environment_words import NAMES, PRODUCTION, folders_of, plain_name, usual_name
from gatepost.model.findings import Finding, Sign, Undecided
from gatepost.model.policy import Comparison, Inference, Surroundings

UNKNOWN = "unknown"
_MOST_SHOWN = 3
NOTHING_TELLS = "no clause of the policy matches, and nothing in the files tells"
_ONLY_WEAK = "what tells it may be chosen by whoever makes the change, or set otherwise"


class Told:
    """What tells the environments of one thing: its own signs, and those of each root it belongs to."""

    __slots__ = ("_base", "_inference", "_shown")

    def __init__(self, inference: Inference, base: Comparison | None) -> None:
        self._inference = inference
        self._base = base
        self._shown: dict[str, dict[str, None]] = {}

    def take(self, signs: Iterable[Sign]) -> bool:
        """Take signs in; returns whether one of them makes it certain, or says production."""
        certain = False
        for sign in signs:
            name, how = self._named(sign)
            if name:
                self._shown.setdefault(name, {})[how] = None
                certain = certain or usual_name(name) == PRODUCTION or not (sign.weak or self._is_brought(sign))
        return certain

    def _named(self, sign: Sign) -> tuple[str, str]:
        if not sign.account:
            if sign.environment in self._inference.own:
                return sign.environment, sign.how
            usual = usual_name(sign.environment)
            return self._inference.names.get(usual, usual), sign.how
        known = self._inference.accounts.get(sign.account)
        if known is None:
            return "", ""
        name, location = known
        return name, f"{sign.how} ({location.path}:{location.region.start_line})"

    def _is_brought(self, sign: Sign) -> bool:
        """Whether the change itself brings what is told, so that it cannot vouch for the change."""
        if self._base is None or sign.location is None:
            return False
        path, region = sign.location
        lines = self._base.touched.get(path, ())
        return any(start <= region.end_line and region.start_line <= end for start, end in lines)

    def facts(self, unknown: str) -> tuple[Fact, ...]:
        """Return what was told, and `unknown` with a reason where there is one."""
        found = [Fact(name, _shown(list(how))) for name, how in self._shown.items()]
        if unknown and UNKNOWN not in self._shown:
            found.append(Fact(UNKNOWN, unknown))
        return tuple(found)


def _shown(how: Sequence[str]) -> str:
    more = len(how) - _MOST_SHOWN
    return ", ".join(how[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def infer(
    path: str,
    roots: Sequence[str],
    own: Iterable[Sign],
    told: Sequence[tuple[str, str]],
    inference: Inference,
    around: Surroundings,
    base: Comparison | None,
) -> tuple[Fact, ...]:
    """Return the environments of something at `path` that belongs to `roots` (empty: to what it stands in).

    `own` are its own signs, `told` the environments that its var files tell. Never empty.
    """
    found = Told(inference, base)
    certain = found.take(own) | found.take(around.signs)
    named = [Sign(name, how) for name, how in told if name != UNKNOWN]
    doubt = next((how for name, how in told if name == UNKNOWN), "")
    by_var_files = found.take(named) and not doubt
    production = any(usual_name(sign.environment) == PRODUCTION for sign in named)
    found.take(sign for sign in _of_path(path, around, base) if sign.environment == PRODUCTION)
    unsure = ""
    for seat in _seats(path, roots, around):
        sure = found.take((*_of_path(seat, around, base), *around.by_root.get(seat, ())))
        if not (sure or certain or (by_var_files and (production or not _brings(around.var_files.get(seat), base)))):
            unsure = unsure or seat
    facts = found.facts("")
    if not unsure:
        return facts
    if not facts:
        return found.facts(doubt or NOTHING_TELLS)
    return found.facts(doubt or (_of_root(unsure) if roots else _ONLY_WEAK))


def _brings(var_files: Sequence[str] | None, base: Comparison | None) -> bool:
    """Whether the change itself brings a var file by which a root is judged in one environment and not in others."""
    return base is not None and var_files is not None and not base.brought.isdisjoint(var_files)


def _of_root(seat: str) -> str:
    return f"nothing tells it of {'the folder at the top' if seat == './' else seat.rstrip('/')}"


def _seats(path: str, roots: Sequence[str], around: Surroundings) -> tuple[str, ...]:
    """Return the roots that something belongs to, as `Finding.roots` has them: a folder with a slash, or a file."""
    folder = f"{path.rpartition('/')[0] or '.'}/"
    own = path if path in around.by_root else folder if folder in around.by_root else ""
    if not roots:
        return (own or path,)
    return tuple(dict.fromkeys((*roots, own))) if own else tuple(roots)


def _of_path(path: str, around: Surroundings, base: Comparison | None) -> Iterator[Sign]:
    """Yield the signs of the names in a path; a folder that the change itself brings makes nothing certain."""
    whole = around.prefix + ("" if path == "./" else path.rstrip("/"))
    spoken = folders_of(whole)
    for environment, part in spoken:
        inside = around.umbrellas.get(part)
        if inside and spoken[-1][1] != part and (base is None or not base.brought.issuperset(inside)):
            continue  # of its folders each says by itself what it is
        what = "folder" if part != whole or path.endswith("/") else "file"
        shown = part.removeprefix(around.prefix)
        yield Sign(environment, f"{what} {shown}", None, base is not None and part in base.brought)


def own_signs(one: Finding | Undecided) -> tuple[Sign, ...]:
    """Return what something tells of itself; what reports tell of a live resource too."""
    if one.signs or isinstance(one, Undecided):
        return one.signs
    found = list(_of_tags(one.tags))
    for text in (one.resource, one.artifact.name if one.artifact is not None else ""):
        if text and accounts_in(text):
            found += signs_of_accounts(text, "account", None)
    return tuple(found)


def _of_tags(tags: Mapping[str, str]) -> Iterator[Sign]:
    for key, value in tags.items():
        if plain_name(key) in NAMES:
            yield from signs_of_names(value, f"tag {key}: {value[:60]}", None)
