"""Drawings from data: icon arrays, scales and QR codes, as SVG; options put into columns. The only room for segno.

An icon array is a few paths, not one per figure: each path costs layout time (docs/developers.md). The marked figures are filled, the
others are outlines (white upon a thicker stroke), so that the difference survives a photocopier.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape, unescape

import segno

from leaflets.model import CERTAINTIES, COLOURS, Block, Blocks, Figure, Heading, IconArray, Inline, Inlines, Items, Paragraph, Strong, Text

PLAIN: Mapping[str, str] = dict.fromkeys(COLOURS, "#000000") | dict.fromkeys(("on_deep", "tint", "wash", "paper"), "#ffffff")
"""What drawings are painted with, by the theme's names of colours, where nobody gives a theme's: black on white."""
_CELL_WIDTH, _CELL_HEIGHT = 10, 14
_LINE = 0.7
_STROKES = {"person": ((5, 2.9, 0, 4), (5, 7.9, 1.9, 5.2)), "dot": ((5, 5, 0, 6),)}
"""The figures, drawn as round-ended strokes: where each begins in its cell, how long and how thick it is. A stroke without length is a
circle. Two points a stroke are a tenth of what an outline of curves costs (docs/developers.md)."""


def columns(total: int) -> int:
    """Return how many figures stand in a row: ten for 100, twenty-five or forty for more, else about a square."""
    if total > 200:
        return 40
    if total % 10 == 0:
        return 10
    return next((width for width in (11, 12, 9, 8, 7) if total % width == 0), 10)


def icon_array(array: IconArray, rtl: bool = False, paints: Mapping[str, str] = PLAIN) -> str:
    """Return the SVG of one icon array: `array.total` figures, the first `array.marked` filled.

    Rows fill from the side where reading begins: from the left, with `rtl` from the right. `paints` are the theme's (theme.paints).

    The text equivalent is the drawing's title (PDF/UA: Alt; WCAG 1.1.1). Sizes are in the units of one figure, 10 by 14; the
    style sheet gives the width. Source of the form: Galesic, Garcia-Retamero, Gigerenzer 2009, doi 10.1037/a0014474.
    """
    across = columns(array.total)
    figure, height = ("person", _CELL_HEIGHT) if array.total <= 200 else ("dot", _CELL_WIDTH)
    across_at = [across - 1 - column if rtl else column for column in range(across)]
    places = [(across_at[index % across] * _CELL_WIDTH, index // across * height) for index in range(array.total)]
    marked, unmarked = places[: array.marked], places[array.marked :]
    ink, paper = paints["deep"], paints["paper"]
    drawn = _strokes(figure, marked, ink, _LINE) + _strokes(figure, unmarked, ink, _LINE) + _strokes(figure, unmarked, paper, -_LINE)
    rows = -(-array.total // across)
    size = f'viewBox="0 0 {across * _CELL_WIDTH} {rows * height}" width="{across * _CELL_WIDTH}" height="{rows * height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}><title>{escape(array.alt)}</title>{drawn}</svg>'


def _strokes(figure: str, places: list[tuple[int, int]], paint: str, wider: float) -> str:
    """Return the paths of a figure at all its places, one for each of its strokes, each so much thicker than the figure is."""
    return "".join(
        f'<path fill="none" stroke="{paint}" stroke-linecap="round" stroke-width="{width + wider:g}" '
        f'd="{"".join(f"M{x + left:g} {y + top:g}v{length:g}" for x, y in places)}"/>'
        for left, top, length, width in (_STROKES[figure] if places else ())
    )


def certainty(level: str, alt: str, rtl: bool = False, paints: Mapping[str, str] = PLAIN) -> str:
    """Return the SVG of a certainty: as many steps as there are levels, each higher than the one before, those reached filled.

    The steps rise from the side where reading begins. Two paths; those not reached are outlines, so that a photocopy shows the
    difference. `alt` is the drawing's title (PDF/UA: Alt); `paints` are the theme's. Source of the form and of the levels: GRADE
    (`model.CERTAINTIES`).
    """
    reached, count = CERTAINTIES.index(level) + 1, len(CERTAINTIES)
    steps = [(count - 1 - step if rtl else step, step) for step in range(count)]
    bars = [f"M{place * 12 + 1.5} 38.5v{-8 * (step + 1) - 4}h9v{8 * (step + 1) + 4}z" for place, step in steps]
    drawn = "".join(
        f'<path d="{"".join(some)}" fill="{fill}" stroke="{paints["deep"]}" stroke-width="1.5" stroke-linejoin="round"/>'
        for some, fill in ((bars[:reached], paints["deep"]), (bars[reached:], paints["paper"]))
        if some
    )
    size = f'viewBox="0 0 {count * 12} 40" width="{count * 12}" height="40"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}><title>{escape(alt)}</title>{drawn}</svg>'


# ---------------------------------------------------------------- options side by side

_AFTER_LABEL = " :：\u00a0\u202f\t"
"""What may stand between a question and its answer; above a row of answers it is not needed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one option says to one question: the question, the rest of its line, and what else stands in the item."""

    label: Inlines
    text: Inlines
    more: Blocks


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a comparison: its name, its answers in the order of the questions, and what else it says."""

    title: Inlines
    answers: tuple[Answer, ...]
    rest: Blocks


def abreast(figure: Figure, columns: int) -> tuple[tuple[Option, ...], ...]:
    """Return the options of a comparison in groups of at most `columns`, as even as can be, the larger ones first.

    Empty where they cannot stand side by side: with fewer than two columns, or where one of them has another number of answers, or an item
    that does not begin with its question in bold. Then they stand below one another, as they are written.
    """
    options = tuple(_options(figure.blocks)) if figure.blocks and isinstance(figure.blocks[0], Heading) else ()
    if columns < 2 or len(options) < 2 or None in options or len({len(one.answers) for one in options if one}) != 1:
        return ()
    groups = -(-len(options) // columns)
    sizes = [len(options) // groups + (index < len(options) % groups) for index in range(groups)]
    starts = [sum(sizes[:index]) for index in range(groups)]
    return tuple(tuple(one for one in options[start : start + size] if one) for start, size in zip(starts, sizes, strict=True))


def _options(blocks: Blocks) -> Iterator[Option | None]:
    """Yield each option of a comparison; None for one that cannot be put into rows."""
    starts = [index for index, block in enumerate(blocks) if isinstance(block, Heading)]
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        title, inside = blocks[start], blocks[start + 1 : end]
        answers = [_answer(item) for block in inside if isinstance(block, Items) for item in block.items]
        rest = tuple(block for block in inside if not isinstance(block, Items))
        kept = tuple(answer for answer in answers if answer)
        whole = isinstance(title, Heading) and kept and len(kept) == len(answers)
        yield Option(title.text, kept, rest) if whole and isinstance(title, Heading) else None


def _answer(item: tuple[Block, ...]) -> Answer | None:
    first = item[0] if item else None
    if not isinstance(first, Paragraph) or not first.text or not isinstance(first.text[0], Strong):
        return None
    return Answer(_ended(first.text[0].children), begun(first.text[1:]), item[1:])


def _ended(label: Inlines) -> Inlines:
    """Return a question without the colon behind it."""
    return (*label[:-1], _stripped(label[-1], end=True)) if label else label


def begun(text: Inlines) -> Inlines:
    """Return an answer without the space, or colon, before it."""
    return (_stripped(text[0], end=False), *text[1:]) if text else text


def _stripped(inline: Inline, end: bool) -> Inline:
    if not isinstance(inline, Text):
        return inline
    return replace(inline, text=inline.text.rstrip(_AFTER_LABEL) if end else inline.text.lstrip(_AFTER_LABEL))


# ---------------------------------------------------------------- QR codes

_TO_DRAW = re.compile(r'<svg data-code="([^"]*)"><title>([^<]*)</title></svg>')


def code_to_draw(address: str, title: str) -> str:
    """Return what stands in a page for a QR code until the page is rendered: the page can be known, and named, without drawing it."""
    return f'<svg data-code="{escape(address)}"><title>{escape(title)}</title></svg>'


def with_codes(html: str) -> str:
    """Return a page with each of its QR codes drawn. Done twice it is as done once."""
    return _TO_DRAW.sub(lambda found: qr_code(unescape(found[1]), unescape(found[2])), html)


def qr_code(address: str, title: str) -> str:
    """Return the SVG of a QR code (ISO/IEC 18004, level M, quiet zone of four modules) for an address."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=False,
        border=4,
        scale=3,
        title=title,
        svgclass="qr",
        lineclass=None,
        dark="#000",
        light="#fff",
    )
    return out.getvalue().decode("utf-8").replace("<svg ", '<svg role="img" ', 1).strip()
