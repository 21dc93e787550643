"""The laws of units: joined, they are the text; nothing that is read escapes them; what they depend on is in their context."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leaflets import markup, units
from leaflets.markup import flat, inlines_in, inlines_of, walk
from leaflets.model import Blocks, Inline, Inlines, Link, Picture, Strong, Text, Workspace
from leaflets.parse import conditions
from leaflets.problems import Span

HERE = Span("a", 1, 1)


def plain(inlines: Inlines) -> list:
    """Running text without places; neighbouring texts are one."""
    found: list = []
    for inline in inlines:
        if isinstance(inline, Text):
            if found and isinstance(found[-1], str):
                found[-1] += inline.text
            else:
                found.append(inline.text)
        elif isinstance(inline, Strong | Link):
            found.append((type(inline).__name__, getattr(inline, "href", ""), plain(inline.children)))
        else:
            found.append((type(inline).__name__, *(getattr(inline, field.name) for field in fields(inline) if field.name != "span")))
    return found


def shape(blocks: Blocks) -> list:
    """Blocks without places: kinds, in order, each with its running text."""
    return [(type(block).__name__, block.id, [plain(inlines) for inlines in inlines_of(block)]) for block in walk(blocks)]


def through(piece: units.Piece) -> Inlines:
    """Write a piece as a translator sees it, and read it back."""
    read = markup.read_line(markup.write(piece.inlines), piece.span)
    assert not read.problems, (markup.write(piece.inlines), read.problems)
    return read.value


def test_the_units_of_the_pack_joined_are_the_pack(pack: Workspace) -> None:
    for section in pack.sections.values():
        assert shape(units.rewrite(section.blocks, through)) == shape(section.blocks), section.id


def test_no_letter_of_the_pack_escapes_the_units(pack: Workspace) -> None:
    """Give back other words for each piece: then no word of the text is left."""
    for section in pack.sections.values():
        left = units.rewrite(section.blocks, lambda piece: (Text("…"),))
        texts = [inline.text for inline in inlines_in(left) if isinstance(inline, Text)]
        texts += [block.alt for block in walk(left) if isinstance(block, Picture)]
        assert not [text for text in texts if re.search(r"[^\W\d_]", text)], section.id


WORDS = st.text(st.sampled_from("abc xyz*_[]<>{}\\`!|&#+-.:;'\"“”é你ع\u200b1"), min_size=1, max_size=20).map(
    lambda text: text.strip() or "a"
)
ATOMS: st.SearchStrategy[str] = st.one_of(
    WORDS.map(lambda text: re.sub(r"([\\`*_\[\]<>{}&!|])", r"\\\1", text)),
    st.sampled_from(
        [
            *("{fact neda}", "{fact neda short}", "{term ms}", "{term ms|the MS}", "{cite a b}", "{clinic phone}", "{plain 2019}"),
            *("**bold words**", "[a link](https://example.org/a_b)", "**{term ms}** and", "a\\\nb"),
        ]
    ),
)


def table(two: tuple[str, str]) -> str:
    """A table of one row."""
    return "| a | b |\n|---|---|\n| {} | {} |".format(*(cell.replace("\\\n", " ").replace("|", "\\|") for cell in two))


LINES = st.lists(ATOMS, min_size=1, max_size=6).map(" ".join)
BLOCKS = st.one_of(
    LINES,
    LINES.map(lambda text: "## " + text.replace("\\\n", " ")),
    st.lists(LINES, min_size=1, max_size=4).map(lambda items: "\n".join("- " + item.replace("\\\n", " ") for item in items)),
    LINES.map(lambda text: f"::: when a=b\n{text}\n:::"),
    LINES.map(lambda text: f"::: box note\n### A title\n\n{text}\n:::"),
    LINES.map(lambda text: f"::: fact-box neda\n{text}\n:::"),
    LINES.map(lambda text: f"::: certainty low\n{text}\n:::"),
    LINES.map(lambda text: "::: timeline\n1. **a** {}\n:::".format(text.replace("\\\n", " "))),
    LINES.map(lambda text: "::: drawings\n1. ![a](b.svg) {}\n:::".format(text.replace("\\\n", " "))),
    LINES.map(lambda text: "::: scale\n- {0}\n- a {0}\n:::".format(text.replace("\\\n", " "))),
    st.tuples(LINES, LINES).map(
        lambda two: "::: compare\n## a\n- **q** {}\n\n## b\n- **q** {}\n:::".format(*(line.replace("\\\n", " ") for line in two))
    ),
    st.tuples(LINES, LINES).map(
        lambda two: "| a | b |\n|---|---|\n| {} | {} |".format(*(cell.replace("\\\n", " ").replace("|", "\\|") for cell in two))
    ),
)


@given(st.lists(BLOCKS, min_size=1, max_size=5).map("\n\n".join))
def test_the_units_of_any_text_joined_are_the_text(text: str) -> None:
    parsed = markup.parse(text, "a.md", 1, "a", conditions.parse)
    if parsed.problems:  # what cannot be read is told, and not translated
        return
    assert shape(units.rewrite(parsed.value, through)) == shape(parsed.value)


@given(st.text(max_size=60))
def test_any_letters_cross_as_they_are(text: str) -> None:
    text = re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]|&#?\w+;", "", text).strip()
    inlines: Inlines = (Text(text),) if text else ()
    read = markup.read_line(markup.write(inlines), HERE)
    assert plain(read.value) == plain(inlines)


# ---------------------------------------------------------------- contexts


def test_a_context_changes_with_what_it_depends_on_and_with_nothing_else(pack: Workspace) -> None:
    before = units.extract(pack)
    for name in ("hsct-death-recent", "hsct-neda-2y"):
        fact = pack.facts[name]
        changed = {**pack.facts, name: replace(fact, numerator=fact.numerator + 1)}
        after = units.extract(replace(pack, facts=changed))
        lost = set(before) - set(after)
        assert {units.without_marks(context) for context, _ in lost} == {
            units.without_marks(context) for context, _ in before if f"fact {name} " in context
        }
        elsewhere = {**pack.facts, name: replace(fact, sources=("other",), span=HERE, date="1999", reported="else")}
        assert set(units.extract(replace(pack, facts=elsewhere))) == set(before)


def test_a_unit_that_states_a_fact_says_so_in_its_context(pack: Workspace) -> None:
    """Told from the text alone: every `{fact X` and `{term X` of a unit is in its context."""
    for context, text in units.extract(pack):
        if " in " in units.without_marks(context):
            named = {f"{kind} {name}" for kind, name in re.findall(r"\{(fact|term) ([a-z0-9-]+)", text)}
            assert named <= set(units.marks(context)), context


def test_a_caption_depends_on_the_facts_its_box_draws(pack: Workspace) -> None:
    found = [context for context, _ in units.extract(pack) if context.startswith("caption in hsct-harms")]
    assert found
    assert all("fact hsct-fever " in context for context in found)


def test_every_piece_says_where_it_is_used_and_what_facts_stand_for(pack: Workspace) -> None:
    for unit in units.extract(pack).values():
        assert unit.places
        for name in re.findall(r"\{fact ([a-z0-9-]+)", unit.text):
            assert any(note.startswith(f"{{fact {name}}}: ") for note in unit.notes), unit


def pieces(pack: Workspace) -> Iterator[Inline]:
    for section in pack.sections.values():
        yield from inlines_in(section.blocks)


def test_what_is_printed_is_not_written(pack: Workspace) -> None:
    from leaflets.model import Said

    with pytest.raises(ValueError, match="printed, not written"):
        markup.write((Said("3 of 100", "neda", "short"),))
    assert list(flat((Text("a"),)))
