"""A file after cuts has the blocks that reading it anew gives, and keeps those that no cut touches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.modules import File, read_file
from gatepost.languages.terraform.reparsing import Cut, replace_file
from gatepost.model.places import Source

TEXT = """# first
locals {
  a = "x" # }
}
variable "v" {} // one line

resource "a" "b" {
  list = [
    1,
  ]
  text = <<EOT
}
EOT
}

/* between */
resource "a" "c" {
  inner { x = "${var.v}-{" }
}
# last
"""
PIECES = [
    "",
    "\n",
    "  ",
    "}",
    "{",
    '"',
    "# c",
    "/*",
    "*/",
    "x = 1\n",
    'output "o" {}\n',
    '\n\nresource "n" "n" {\n}',
    "<<EOT\n",
]


@st.composite
def cuts(draw: st.DrawFn) -> list[Cut]:
    edges = [0, len(TEXT), *(place for one in read(TEXT).chunks for place in (one.node.start, one.node.end))]
    places = st.one_of(st.integers(0, len(TEXT)), st.sampled_from(edges))
    found: list[Cut] = []
    for start, length, piece in draw(
        st.lists(st.tuples(places, st.sampled_from((0, 0, 1, 5, 40)), st.sampled_from(PIECES)), min_size=1, max_size=4)
    ):
        end = min(start + length, len(TEXT))
        if all(end < one.start or one.end < start for one in found):
            found.append(Cut(start, end, piece))
    return sorted(found)


def read(text: str) -> File:
    return read_file(Source("main.tf", text, "terraform"))


def shape(file: File) -> list[object]:
    """Every node with where it stands now."""
    return [
        sorted(
            (type(node).__name__, node.start + file.deltas.get(chunk, 0), node.end + file.deltas.get(chunk, 0))
            for node in nodes.below(chunk.node)
        )
        for chunk in file.chunks
    ]


@given(cuts())
def test_a_file_after_cuts_is_what_reading_it_anew_gives(made: list[Cut]) -> None:
    before = read(TEXT)
    replaced = replace_file(before, made)
    anew = read(replaced.file.source.text)
    assert shape(replaced.file) == shape(anew)
    assert replaced.file.faults == anew.faults
    gone, new = set(replaced.gone), set(replaced.new)
    kept = [chunk for chunk in before.chunks if chunk not in gone]
    assert [chunk for chunk in replaced.file.chunks if chunk not in new] == kept
    unmoved = [chunk for chunk in kept if chunk not in replaced.moved]
    assert all(replaced.file.deltas.get(chunk, 0) == 0 for chunk in unmoved)


def test_blocks_between_two_cuts_are_kept() -> None:
    before = read(TEXT)
    first, last = TEXT.index('"x"'), TEXT.index("inner")
    replaced = replace_file(before, [Cut(first, first + 3, '"longer"'), Cut(last, last, "y = 1\n  ")])
    assert list(replaced.gone) == [before.chunks[0], before.chunks[3]]
    assert list(replaced.moved) == before.chunks[1:3]


def test_a_block_is_kept_when_another_is_put_in_behind_it() -> None:
    before = read(TEXT)
    end = before.chunks[2].node.end
    replaced = replace_file(before, [Cut(end, end, '\n\nresource "n" "n" {\n}')])
    assert not replaced.gone
    assert len(replaced.new) == 1


def test_the_body_around_a_place_is_that_of_its_block() -> None:
    before = read(TEXT)
    at = TEXT.index('"x"')
    after = replace_file(before, [Cut(at, at + 3, '"longer"')]).file
    start = after.source.text.index("inner")
    body = after.body_around(start)
    whole = read(after.source.text)
    assert [(one.start, one.end) for one in body.items] == [(whole.body.items[3].start, whole.body.items[3].end)]
    assert not after.whole
