"""Drawings from data: icon arrays and QR codes, as SVG. The only room for segno.

An icon array is two paths, not one per figure: each path costs layout time (docs/developers.md). The marked figures are filled, the
others are outlines, so that the difference survives a photocopier.
"""

import io
from html import escape

import segno

from leaflets.model import IconArray

INK = "#123a5e"
_MARKED = f'fill="{INK}" stroke="{INK}"'
_UNMARKED = f'fill="#fff" stroke="{INK}"'
_CELL_WIDTH, _CELL_HEIGHT = 10, 14
_PERSON = (
    "m5 1.3c1.1 0 2 .9 2 2c0 1.1-.9 2-2 2c-1.1 0-2-.9-2-2c0-1.1.9-2 2-2zm-1.6 5.1c-.8 0-1.4.6-1.4 1.4v3.6c0 .5.3.8.8.8h4.4"
    "c.5 0 .8-.3.8-.8v-3.6c0-.8-.6-1.4-1.4-1.4z"
)
_DOT = "m5 4.4c1.6 0 2.9 1.3 2.9 2.9c0 1.6-1.3 2.9-2.9 2.9c-1.6 0-2.9-1.3-2.9-2.9c0-1.6 1.3-2.9 2.9-2.9z"
"""The figures. Round corners are Bézier curves: WeasyPrint 70 takes five times as long over an arc (docs/developers.md)."""


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
    shape = _PERSON if array.total <= 200 else _DOT
    height = _CELL_HEIGHT if array.total <= 200 else _CELL_WIDTH
    across_at = [across - 1 - column if rtl else column for column in range(across)]
    places = [f"M{across_at[index % across] * _CELL_WIDTH} {index // across * height}{shape}" for index in range(array.total)]
    rows = -(-array.total // across)
    title = escape(array.alt)
    drawn = "".join(
        f'<path {paint} stroke-width=".7" d="{"".join(part)}"/>'
        for paint, part in ((_MARKED, places[: array.marked]), (_UNMARKED, places[array.marked :]))
        if part
    )
    size = f'viewBox="0 0 {across * _CELL_WIDTH} {rows * height}" width="{across * _CELL_WIDTH}" height="{rows * height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}><title>{title}</title>{drawn}</svg>'


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
