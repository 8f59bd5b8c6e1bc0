"""Records are named tuples: what is asked of them is what `typing.NamedTuple` would say."""

from __future__ import annotations

import pytest

from gatepost.model.places import Region, Source


def test_a_copy_differs_in_what_is_replaced_alone() -> None:
    assert Region(1, 2, 3, 4)._replace(end_line=5, start_line=0) == Region(0, 2, 5, 4)
    assert type(Region(1, 2, 3, 4)._replace()) is Region
    with pytest.raises(ValueError, match=r"unexpected field names: \['lines'\]"):
        Region(1, 2, 3, 4)._replace(start_line=0, lines=5)


@pytest.mark.parametrize("text", ["", "a", "a\n", "\n\n", "ab\ncd\n\nef"])
def test_a_region_begins_and_ends_at_its_positions(text: str) -> None:
    source = Source("a.tf", text, "terraform")
    for start in range(len(text) + 1):
        for end in range(len(text) + 1):
            assert source.region(start, end) == Region(*source.position(start), *source.position(end))
