"""Drawings from data: icon arrays and QR codes, as SVG. The only room for segno.

An icon array is a few paths, not one per figure: each path costs layout time (docs/developers.md). The marked figures are filled, the
others are outlines (white upon a thicker stroke), so that the difference survives a photocopier.
"""

import io
from html import escape

import segno

from leaflets.model import IconArray

INK = "#123a5e"
_CELL_WIDTH, _CELL_HEIGHT = 10, 14
_LINE = 0.7
_STROKES = {"person": ((5, 3.3, 0, 4), (4.4, 9.4, 1.2, 5)), "dot": ((5, 5, 0, 6),)}
"""The figures, drawn as round-ended strokes: where each begins in its cell, how long and how thick it is. A stroke without length is a
circle. Two points a stroke are a tenth of what an outline of curves costs (docs/developers.md)."""


def columns(total: int) -> int:
    """Return how many figures stand in a row: ten for 100, twenty-five or forty for more, else about a square."""
    if total > 200:
        return 40
    if total % 10 == 0:
        return 10
    return next((width for width in (11, 12, 9, 8, 7) if total % width == 0), 10)


def icon_array(array: IconArray, rtl: bool = False) -> str:
    """Return the SVG of one icon array: `array.total` figures, the first `array.marked` filled.

    Rows fill from the side where reading begins: from the left, with `rtl` from the right.

    The text equivalent is the drawing's title (PDF/UA: Alt; WCAG 1.1.1). Sizes are in the units of one figure, 10 by 14; the
    style sheet gives the width. Source of the form: Galesic, Garcia-Retamero, Gigerenzer 2009, doi 10.1037/a0014474.
    """
    across = columns(array.total)
    figure, height = ("person", _CELL_HEIGHT) if array.total <= 200 else ("dot", _CELL_WIDTH)
    across_at = [across - 1 - column if rtl else column for column in range(across)]
    places = [(across_at[index % across] * _CELL_WIDTH, index // across * height) for index in range(array.total)]
    marked, unmarked = places[: array.marked], places[array.marked :]
    drawn = _strokes(figure, marked, INK, _LINE) + _strokes(figure, unmarked, INK, _LINE) + _strokes(figure, unmarked, "#fff", -_LINE)
    rows = -(-array.total // across)
    size = f'viewBox="0 0 {across * _CELL_WIDTH} {rows * height}" width="{across * _CELL_WIDTH}" height="{rows * height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}><title>{escape(array.alt)}</title>{drawn}</svg>'


def _strokes(figure: str, places: list[tuple[int, int]], paint: str, wider: float) -> str:
    """Return the paths of a figure at all its places, one for each of its strokes, each so much thicker than the figure is."""
    return "".join(
        f'<path fill="none" stroke="{paint}" stroke-linecap="round" stroke-width="{width + wider:g}" '
        f'd="{"".join(f"M{x + left:g} {y + top:g}h{length:g}" for x, y in places)}"/>'
        for left, top, length, width in (_STROKES[figure] if places else ())
    )


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
