"""Which fonts print which script, where they are, and which letters they have. The only room for fontTools.

Fonts are the distribution's Noto packages, named file by file: nothing is left to the system's font matching. A language has a
script, a script has its faces; Latin faces come second everywhere, because acronyms and addresses stand in every language.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from fontTools.ttLib import TTFont

LEADING = 1.45
"""The line height of Latin text. Other scripts' headings and small print grow by as much as their text does (`--leading`)."""
COLLECTION = "#"
"""What stands between the file of a collection and the number of a face in it: `NotoSansCJK-Bold.ttc#2`."""


@dataclass(frozen=True, slots=True)
class Face:
    """One font: CSS weight, file name, the family name inside the file, the Debian package that brings it, its place in a collection."""

    weight: int
    file: str
    family: str
    package: str
    index: int = 0

    @property
    def address(self) -> str:
        """What stands behind `font:` in a style sheet: the file name, for a collection with the number of the face."""
        return f"{self.file}{COLLECTION}{self.index}" if self.file.endswith(".ttc") else self.file


@dataclass(frozen=True, slots=True)
class Script:
    """How one script (ISO 15924) is printed.

    `size` is the smallest size for running text in points, `line` the most characters on a line. `keep_words`: lines break
    between words only, though Unicode would allow it within them. `needs_spaces`: words are written together, and lines break
    only where U+200B stands. `spaced`: letters may be set apart.
    """

    id: str
    faces: tuple[Face, ...]
    direction: Literal["ltr", "rtl"] = "ltr"
    size: float = 12
    line_height: float = 1.5
    line: int = 70
    keep_words: bool = False
    needs_spaces: bool = False
    spaced: bool = True

    @property
    def family(self) -> str:
        """The name that style sheets call its faces by. Scripts of the same files share it: a font is loaded once."""
        return f"Leaflet {'Latn' if self.faces == _LATIN else self.id}"


def _pair(stem: str, family: str, package: str = "fonts-noto-core", suffix: str = "ttf", index: int = 0) -> tuple[Face, ...]:
    """Return the regular and the bold face of a family."""
    return tuple(Face(weight, f"{stem}-{name}.{suffix}", family, package, index) for weight, name in ((400, "Regular"), (700, "Bold")))


def _noto(name: str) -> tuple[Face, ...]:
    return _pair(f"Noto{name.replace(' ', '')}", f"Noto {name}")


def _cjk(region: str, index: int) -> tuple[Face, ...]:
    """Return the faces of a region: the same characters, drawn as its readers learnt them."""
    return _pair("NotoSansCJK", f"Noto Sans CJK {region}", "fonts-noto-cjk", "ttc", index)


_LATIN = _noto("Sans")

SCRIPTS: dict[str, Script] = {
    script.id: script
    for script in (
        Script("Latn", _LATIN, line_height=LEADING),
        Script("Grek", _LATIN),
        Script("Cyrl", _LATIN),
        Script("Armn", _noto("Sans Armenian")),
        Script("Geor", _noto("Sans Georgian")),
        Script("Hebr", _noto("Sans Hebrew"), "rtl", 13, 1.5),
        Script("Arab", _noto("Naskh Arabic"), "rtl", 14, 1.8, spaced=False),
        Script("Aran", _noto("Nastaliq Urdu"), "rtl", 16, 2.5, spaced=False),
        Script("Ethi", _noto("Sans Ethiopic"), size=13, line_height=1.6),
        Script("Deva", _noto("Sans Devanagari"), size=14, line_height=1.7, spaced=False),
        Script("Beng", _noto("Sans Bengali"), size=14, line_height=1.7, spaced=False),
        Script("Guru", _noto("Sans Gurmukhi"), size=13, line_height=1.7, spaced=False),
        Script("Gujr", _noto("Sans Gujarati"), size=13, line_height=1.7, spaced=False),
        Script("Orya", _noto("Sans Oriya"), size=13, line_height=1.7, spaced=False),
        Script("Taml", _noto("Sans Tamil"), size=13, line_height=1.7, spaced=False),
        Script("Telu", _noto("Sans Telugu"), size=13, line_height=1.7, spaced=False),
        Script("Knda", _noto("Sans Kannada"), size=13, line_height=1.7, spaced=False),
        Script("Mlym", _noto("Sans Malayalam"), size=13, line_height=1.7, spaced=False),
        Script("Sinh", _noto("Sans Sinhala"), size=13, line_height=1.7, spaced=False),
        # Letters with loops are the ones all readers know; Noto Looped Thai (2020) sets a tone on top of the vowel it stands above.
        Script("Thai", _noto("Serif Thai"), size=14, line_height=1.7, spaced=False),
        Script("Laoo", _noto("Sans Lao"), size=14, line_height=1.8, needs_spaces=True, spaced=False),
        Script("Khmr", _noto("Sans Khmer"), size=14, line_height=1.9, needs_spaces=True, spaced=False),
        Script("Mymr", _noto("Sans Myanmar"), size=13, line_height=2.2, needs_spaces=True, spaced=False),
        Script("Jpan", _cjk("JP", 0), line_height=1.7, line=40),
        Script("Kore", _cjk("KR", 1), line_height=1.7, line=40, keep_words=True),
        Script("Hans", _cjk("SC", 2), line_height=1.7, line=40),
        Script("Hant", _cjk("TC", 3), line_height=1.7, line=40),
    )
}
"""Scripts that can be printed, with the sizes of the standard (L1, L3, L4). A script is a row here."""

_SPOKEN = {
    "Latn": "af az bs ca cs cy da de en es et eu fi fil fo fr ga gl ha hr ht hu id ig is it kmr ku lb lt lv mg ms mt nb nl nn no "
    "pl pt pt-BR pt-PT rn ro rw sk sl sm sn so sq sr-Latn st sv sw tk tl tn to tr ts uz vi xh yo zu",
    "Grek": "el",
    "Cyrl": "be bg kk ky mk mn ru sr sr-Cyrl tg tt uk uz-Cyrl",
    "Armn": "hy",
    "Geor": "ka",
    "Hebr": "he yi",
    "Arab": "ar ckb fa prs ps sd ug",
    "Aran": "ks pnb ur",
    "Ethi": "am ti",
    "Deva": "bho brx doi hi kok mai mr ne sa",
    "Beng": "as bn",
    "Guru": "pa",
    "Gujr": "gu",
    "Orya": "or",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Sinh": "si",
    "Thai": "th",
    "Laoo": "lo",
    "Khmr": "km",
    "Mymr": "my",
    "Jpan": "ja",
    "Kore": "ko",
    "Hans": "zh-Hans",
    "Hant": "zh-Hant",
}

LANGUAGES: dict[str, str] = {language: name for name, languages in _SPOKEN.items() for language in languages.split()}
"""The script of each language (BCP 47). A language that is not here is not printed: nothing stands in for it."""

COUNTERS = {
    "arab": "arabic-indic",
    "arabext": "persian",
    "beng": "bengali",
    "deva": "devanagari",
    "mymr": "myanmar",
    "tibt": "tibetan",
}
"""The CSS counter style of each of CLDR's numbering systems that a locale has by default; all others count in decimal."""

# ---------------------------------------------------------------- what a language is printed with


def script(language: str) -> Script:
    """Return how a language is written. Raises KeyError for a language without a row."""
    return SCRIPTS[LANGUAGES[language]]


def _scripts(language: str) -> tuple[Script, ...]:
    """Return the scripts a language is printed with, each family once: its own, then Latin."""
    own, latin = script(language), SCRIPTS["Latn"]
    return (own,) if own.family == latin.family else (own, latin)


def faces(language: str) -> tuple[Face, ...]:
    """Return the fonts a language is printed with: its own first, then Latin. Raises KeyError for a language without a row."""
    return tuple(face for one in _scripts(language) for face in one.faces)


def families(language: str) -> tuple[str, ...]:
    """Return the names for `font-family` in a style sheet: its own first, then Latin."""
    return tuple(one.family for one in _scripts(language))


def allowed(language: str) -> frozenset[str]:
    """Return the family names that a PDF in this language may hold, by what style sheets call them and by what files do."""
    return frozenset({*families(language), *(face.family for face in faces(language))})


def font_css(languages: str | Iterable[str]) -> str:
    """Return the @font-face rules of one or more languages; `font:` addresses are answered by the renderer alone."""
    asked = (languages,) if isinstance(languages, str) else languages
    needed = dict.fromkeys((one.family, face) for language in asked for one in _scripts(language) for face in one.faces)
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {face.weight}; src: url("font:{face.address}") }}\n'
        for family, face in needed
    )


def type_css(language: str, base_size_pt: float, numbering: str = "latn") -> str:
    """Return the rule for the root element: fonts, size, line height, digits. It wins over `html {}` in any style sheet.

    `base_size_pt` is the size of Latin text in the edition. Other scripts grow in proportion to their smallest size, and none
    falls below it. `numbering` is CLDR's name of the digits. Style sheets take heights of lines times `--leading`, sizes in
    rem, and count with `var(--digits)`.
    """
    own = script(language)
    size = max(own.size, base_size_pt * own.size / 12)
    names = ", ".join(f'"{family}"' for family in families(language))
    return f":root {{ font-family: {names}; font-size: {size:.4g}pt; {_manner(own, numbering)} }}\n"


def screen_css(language: str, base_percent: float = 112.5, numbering: str = "latn") -> str:
    """Return the rule for the root element of a page for the screen: the reader's own fonts, sizes in proportion."""
    own = script(language)
    return f":root {{ font-size: {base_percent * own.size / 12:.5g}%; {_manner(own, numbering)} }}\n"


def _manner(own: Script, numbering: str) -> str:
    height = max(own.line_height, LEADING)
    return f"line-height: {height:g}; --leading: {height / LEADING:.4g}; --digits: {COUNTERS.get(numbering, 'decimal')}"


# ---------------------------------------------------------------- what is in a font

_IGNORABLE = (
    *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F)),
    *((0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF)),
)
IGNORABLE = frozenset(code for first, last in _IGNORABLE for code in range(first, last + 1))
"""Characters that draw nothing and so need no glyph (Unicode, Default_Ignorable_Code_Point): joiners, isolates, soft hyphen."""

_known: dict[tuple[bytes, int], frozenset[int]] = {}


def coverage(content: bytes, index: int = 0) -> frozenset[int]:
    """Return the code points a font has letters for; `index` is the face of a collection.

    Remembered by digest, so that nobody keeps the bytes of a font in memory for it.
    """
    key = hashlib.sha256(content).digest(), index
    if key not in _known:
        with TTFont(io.BytesIO(content), lazy=True, fontNumber=index) as font:
            _known[key] = frozenset(font.getBestCmap() or {})
    return _known[key]


def covered(language: str, read: Callable[[str], bytes]) -> frozenset[int]:
    """Return the code points that a language can print in every weight; `read` gives the bytes of a font file by its name.

    A letter must be in all weights of one family: a bold word in fonts of two families would be two kinds of bold.
    """
    return frozenset().union(IGNORABLE, *_by_family(language, read))


def _by_family(language: str, read: Callable[[str], bytes]) -> Iterator[frozenset[int]]:
    for one in _scripts(language):
        yield frozenset.intersection(*(coverage(read(face.file), face.index) for face in one.faces))


def single(content: bytes, index: int = 0) -> bytes:
    """Return one face of a collection as a font of its own, and a font as it is: WeasyPrint takes the whole of a file or nothing."""
    if content[:4] != b"ttcf":
        return content
    out = io.BytesIO()
    with TTFont(io.BytesIO(content), lazy=True, fontNumber=index, recalcBBoxes=False, recalcTimestamp=False) as font:
        font.save(out, reorderTables=None)
    return out.getvalue()


def font_bytes(address: str, read: Callable[[str], bytes]) -> bytes:
    """Return the bytes for a `Face.address`; `read` gives the bytes of a font file by its name."""
    file, _, index = address.partition(COLLECTION)
    return single(read(file), int(index or 0))
