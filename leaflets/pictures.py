"""Small pictures of first pages, to look through what was built. The only room for PDFium, and for Pillow, which writes them.

A picture is named by the digest of its PDF: what did not change keeps its picture, and two equal leaflets share one.
"""

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

WIDTH = 240
"""Pixels: twice as many as the index shows, for dense screens. A4 comes to 240 by 339 pixels and about 9 kB."""
FOLDER = "pictures"
_COLOURS = 32
"""Text, four blues, a red and what lies between them at their edges. A tenth as slow to write as all colours, a quarter of the size."""


def first_page(pdf: bytes, width: int = WIDTH) -> bytes:
    """Return a PNG of a PDF's first page, `width` pixels wide and as high as the page asks. Takes about ten milliseconds.

    The same PDF gives the same bytes with the same PDFium and Pillow. Raises ValueError for what is no PDF with a page.
    """
    import pypdfium2  # here, because loading both takes a tenth of a second, which a command that draws nothing does not pay
    from PIL import Image

    try:
        with pypdfium2.PdfDocument(pdf) as document:
            page = document[0]
            drawn = page.render(scale=width / page.get_width()).to_pil()
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise ValueError(f"no first page can be drawn: {error}") from error
    few = drawn.convert("RGB").quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "PNG")
    return written.getvalue()


def places(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return, for each PDF of a manifest's rows, where its picture is: both paths below the output folder.

    A row whose digest is none, in a manifest that another program wrote, has no picture.
    """
    return {row["path"]: path_of(row["sha256"]) for row in rows if row["path"].endswith(".pdf") and _is_digest(row["sha256"])}


def path_of(sha256: str) -> str:
    """Return where the picture of a PDF with this SHA-256 is, below the output folder. Raises ValueError for what is no SHA-256."""
    if not _is_digest(sha256):
        raise ValueError(f"not a SHA-256 in hexadecimal digits: {sha256!r}")
    return f"{FOLDER}/{sha256[:16]}.png"


def _is_digest(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None
