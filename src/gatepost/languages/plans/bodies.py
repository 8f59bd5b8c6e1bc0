"""The body of a planned resource, its attributes laid over the source's when they are asked for; never an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.languages.plans.overlay import Laid, Renaming, lay, unwritten
from gatepost.languages.plans.plan import PlannedResource
from gatepost.model.values import OnDemand, Value


class PlannedBody(OnDemand):
    """A body as it will be. `several`: the block that it is written in makes more than this one.

    `differing` are the attributes that the source has otherwise than when the plan was made: there it counts.
    """

    __slots__ = ("_kept", "_laid", "_names", "_now", "_was", "differing", "several")

    def __init__(
        self,
        planned: PlannedResource,
        was: Mapping[str, Value],
        now: Mapping[str, Value],
        names: Renaming,
        several: bool,
    ) -> None:
        self._laid = Laid(planned.values, planned.unknown, planned.sensitive)
        self._was = was
        self._now = now
        self._names = names
        self._kept: dict[str, tuple[Value | None, Value | None]] = {}
        self.several = several
        self.differing: frozenset[str] = frozenset()

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of an attribute, `default` when it is missing; the source notes the read."""
        now = self._now.get(key)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not now:
            kept = self._kept[key] = (now, self._found(key, now))
        return kept[1] if kept[1] is not None else default

    def _found(self, key: str, now: Value | None) -> Value | None:
        was = now if self._was is self._now else self._was.get(key)
        laid = self._laid.inner(key)
        known = key in self._laid.data or laid.unknown is not None
        if now is not None:
            return lay(laid, was, now, self._names) if known and key not in self.differing else self._names.value(now)
        # What was taken out of the source goes with it; what the plan alone has, the provider gives.
        return unwritten(laid) if known and was is None else None

    def __iter__(self) -> Iterator[str]:
        names = dict.fromkeys(self._now)
        names.update((key, None) for key in self._laid.data if key not in names and self.get(key) is not None)
        return iter(names)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None
