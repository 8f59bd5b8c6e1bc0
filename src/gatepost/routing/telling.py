"""What every destination tells of a group, in one order and the same words; never the markup of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from gatepost.model.records import NamedTuple
from gatepost.routing.items import About, Batch, Item, Place

UNKNOWN_OWNER = "no owner"
MOST_ITEMS = 10  # in one message
MOST_MESSAGES = 20  # of one route, one per owner
MOST_DIFF = 12


class Links(NamedTuple):
    """How places lead to the code host: what stands before and behind a path; "" where no host is known."""

    before: str = ""
    line: str = "#L"
    run: str = ""

    def to(self, place: Place) -> str:
        """Return the address of a place, "" where there is none."""
        if not self.before or not place.path or len(place.path) > 400 or place.path.startswith(("/", "..")):
            return ""
        return f"{self.before}{quote(place.path, safe='/', errors='replace')}{self.line}{place.line}"


def links_of(environment: Mapping[str, str], about: About) -> Links:
    """Return the links that the build service's own variables make. Sources: "Variables reference" (GitHub Actions),
    "Predefined CI/CD variables" (GitLab)."""
    below = f"{quote(about.root, safe='/', errors='replace')}/" if about.root else ""
    commit = quote(about.commit or environment.get("GITHUB_SHA", "") or environment.get("CI_COMMIT_SHA", ""))
    server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    if server.startswith("https://") and repository and commit:
        top = f"{server.rstrip('/')}/{quote(repository, safe='/')}"
        run = environment.get("GITHUB_RUN_ID", "")
        return Links(f"{top}/blob/{commit}/{below}", "#L", f"{top}/actions/runs/{quote(run)}" if run else "")
    project, run = environment.get("CI_PROJECT_URL", ""), environment.get("CI_PIPELINE_URL", "")
    if project.startswith("https://") and commit:
        top = quote(project.rstrip("/"), safe=":/")
        return Links(
            f"{top}/-/blob/{commit}/{below}", "#L", quote(run, safe=":/") if run.startswith("https://") else ""
        )
    return Links()


class Digest(NamedTuple):
    """One message: what a route has to tell one owner. `key` is its identity; `more` items are left out of `items`.

    `findings` are all that there are, `blocking` how many of the groups block.
    """

    key: str
    owner: str
    items: tuple[Item, ...]
    more: int
    all_keys: tuple[str, ...]
    findings: int
    blocking: int

    @property
    def total(self) -> int:
        """How many groups there are."""
        return len(self.items) + self.more


def digests(batch: Batch, about: About, most: int = MOST_ITEMS) -> tuple[list[Digest], int]:
    """Return one digest per owner, and how many groups are in none because there are too many owners.

    The owner with the worst comes first; what has several owners is told to the first.
    """
    import hashlib

    by_owner: dict[str, list[Item]] = {}
    for item in batch.items:
        by_owner.setdefault(item.owners[0] if item.owners else UNKNOWN_OWNER, []).append(item)
    made: list[Digest] = []
    for owner, items in by_owner.items():
        identity = "\0".join((about.scope, about.extent, batch.route, batch.service, owner))
        key = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        keys = tuple(item.key for item in items)
        counts = sum(item.total for item in items), sum(item.action == "block" for item in items)
        made.append(Digest(key, owner, tuple(items[:most]), max(0, len(items) - most), keys, *counts))
    return made[:MOST_MESSAGES], sum(one.total for one in made[MOST_MESSAGES:])


def heading(digest: Digest, about: About) -> str:
    """Return the first line of a message, not yet made harmless."""
    noun = "finding" if digest.findings == 1 else "findings"
    blocking = f", {digest.blocking} to mend before this may pass" if digest.blocking else ""
    whose = "that nobody owns" if digest.owner == UNKNOWN_OWNER else f"for {digest.owner}"
    return f"{digest.findings} {noun} {whose} in {about.repository or 'this repository'}{blocking}"


def at(place: Place) -> str:
    """Return "path:line"."""
    return f"{place.path}:{place.line}"


def facts(item: Item) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of what is known of a group, without what is not."""
    yield "severity", item.severity
    decided = {"block": "blocks", "warn": "a warning", "allow": "allowed"}.get(item.action, "")
    if decided:
        yield "decision", decided + (f', by "{item.because}"' if item.because else "")
    if item.environments and item.environments != ("unknown",):
        yield "reaches", ", ".join(item.environments[:8])
    if item.owners:
        yield "owner", ", ".join(item.owners[:8])
    if item.due:
        yield "due", due(item)
    if item.ids:
        yield "identifiers", _some(item.ids)
    if item.rules:
        yield "rule", _some(item.rules)


def due(item: Item) -> str:
    """Return the day until when a group has to be mended, and whether that is past."""
    return f"{item.due}, which is past" if item.overdue else item.due


def _some(texts: Sequence[str], most: int = 8) -> str:
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def short_diff(item: Item) -> list[str]:
    """Return the first lines of the fix as a difference, and how many are left out."""
    if len(item.diff) <= MOST_DIFF:
        return list(item.diff)
    return [*item.diff[:MOST_DIFF], f"… {len(item.diff) - MOST_DIFF} more lines"]
