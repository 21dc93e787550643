"""Which fonts print which script, where they are, and which letters they have. The only room for fontTools.

Fonts are the distribution's Noto packages, named file by file: nothing is left to the system's font matching.
"""

import io
from dataclasses import dataclass
from functools import lru_cache

from fontTools.ttLib import TTFont

FAMILY = "Leaflet"


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: CSS weight, file name, the family name inside the file, and the Debian package that brings it."""

    weight: int
    file: str
    family: str
    package: str


@dataclass(frozen=True, slots=True)
class Script:
    """The fonts of one script (ISO 15924)."""

    id: str
    faces: tuple[Face, ...]


SCRIPTS: dict[str, Script] = {
    "Latn": Script(
        "Latn",
        (
            Face(400, "NotoSans-Regular.ttf", "Noto Sans", "fonts-noto-core"),
            Face(700, "NotoSans-Bold.ttf", "Noto Sans", "fonts-noto-core"),
        ),
    ),
}
"""Scripts that can be printed. A script is a row here; more rows come with more languages."""

LANGUAGES: dict[str, str] = {"en": "Latn"}
"""The script of each language (BCP 47)."""


def faces(language: str) -> tuple[Face, ...]:
    """Return the fonts a language is printed with. Raises KeyError for a language without a row."""
    return SCRIPTS[LANGUAGES[language]].faces


def font_css(language: str) -> str:
    """Return the @font-face rules of a language; `font:` addresses are answered by the renderer alone."""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {face.weight}; src: url("font:{face.file}") }}\n' for face in faces(language)
    )


@lru_cache(maxsize=16)
def coverage(content: bytes) -> frozenset[int]:
    """Return the code points a font has letters for."""
    with TTFont(io.BytesIO(content), lazy=True) as font:
        return frozenset(font.getBestCmap() or {})
