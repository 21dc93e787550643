"""Which fonts print which script, where they are, and which letters they have. The only room for fontTools.

Fonts are the distribution's Noto packages, named file by file: nothing is left to the system's font matching. A language has a
script, a script has its faces; Latin faces come second everywhere, because acronyms and addresses stand in every language. A workspace
can bring fonts of its own for a script (`Own`), which then stand in for the table's in all of this.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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
    only where U+200B stands. `spaced`: letters may be set apart. `shares`: the script whose very files it is printed with.
    `features`: what is switched in its fonts where digits are those of `arabext`, as CSS `font-feature-settings`.
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
    shares: str = ""
    features: str = ""

    @property
    def family(self) -> str:
        """The name that style sheets call its faces by. Scripts of the same files share it: a font is loaded once."""
        return f"Leaflet {self.shares or self.id}"


@dataclass(frozen=True, slots=True)
class Own:
    """Fonts that a workspace brings: the faces that stand in for a script's own (ISO 15924), and the bytes of their files by name."""

    faces: Mapping[str, tuple[Face, ...]]
    files: Mapping[str, bytes]


NO_OWN = Own({}, {})


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
        Script("Grek", _LATIN, shares="Latn"),
        Script("Cyrl", _LATIN, shares="Latn"),
        Script("Armn", _noto("Sans Armenian")),
        Script("Geor", _noto("Sans Georgian")),
        Script("Hebr", _noto("Sans Hebrew"), "rtl", 13, 1.5),
        # Noto Naskh Arabic 2.004 has the Urdu forms of 4, 6 and 7 as the local ones of every language: Persian ones come out
        # without. Local is also the full stop of Latin letters and digits: where Latin is set, styles/paper.css switches back.
        Script("Arab", _noto("Naskh Arabic"), "rtl", 14, 1.8, spaced=False, features='"locl" 0'),
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


def table(own: Own = NO_OWN) -> Mapping[str, Script]:
    """Return the scripts that can be printed, with a workspace's own fonts in place of the table's."""
    return {name: _with(one, own) for name, one in SCRIPTS.items()} if own.faces else SCRIPTS


def _with(one: Script, own: Own) -> Script:
    if one.id in own.faces:
        return replace(one, faces=own.faces[one.id], shares="", features="")
    return replace(one, shares="") if one.shares in own.faces else one


def script(language: str, own: Own = NO_OWN) -> Script:
    """Return how a language is written. Raises KeyError for a language without a row."""
    return _with(SCRIPTS[LANGUAGES[language]], own)


def _scripts(language: str, own: Own) -> tuple[Script, ...]:
    """Return the scripts a language is printed with, each family once: its own, then Latin."""
    mine, latin = script(language, own), _with(SCRIPTS["Latn"], own)
    return (mine,) if mine.family == latin.family else (mine, latin)


def faces(language: str, own: Own = NO_OWN) -> tuple[Face, ...]:
    """Return the fonts a language is printed with: its own first, then Latin. Raises KeyError for a language without a row."""
    return tuple(face for one in _scripts(language, own) for face in one.faces)


def families(language: str, own: Own = NO_OWN) -> tuple[str, ...]:
    """Return the names for `font-family` in a style sheet: its own first, then Latin."""
    return tuple(one.family for one in _scripts(language, own))


def allowed(language: str, own: Own = NO_OWN) -> frozenset[str]:
    """Return the family names that a PDF in this language may hold, by what style sheets call them and by what files do."""
    return frozenset({*families(language, own), *(face.family for face in faces(language, own))})


def font_css(languages: str | Iterable[str], own: Own = NO_OWN) -> str:
    """Return the @font-face rules of one or more languages; `font:` addresses are answered by the renderer alone."""
    asked = (languages,) if isinstance(languages, str) else languages
    needed = dict.fromkeys((one.family, face) for language in asked for one in _scripts(language, own) for face in one.faces)
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {face.weight}; src: url("font:{face.address}") }}\n'
        for family, face in needed
    )


def size_pt(language: str, base_size_pt: float) -> float:
    """Return the size of running text in points where Latin text has `base_size_pt`: other scripts grow in proportion to their smallest
    size, and none falls below it.
    """
    mine = script(language)
    return max(mine.size, base_size_pt * mine.size / SCRIPTS["Latn"].size)


def type_css(language: str, base_size_pt: float, numbering: str = "latn", own: Own = NO_OWN) -> str:
    """Return the rule for the root element: fonts, size, line height, digits. It wins over `html {}` in any style sheet.

    `base_size_pt` is the size of Latin text in the edition, from which follows that of others (`size_pt`). `numbering` is CLDR's name
    of the digits. Style sheets take heights of lines times `--leading`, sizes in rem, and count with `var(--digits)`.
    """
    mine = script(language)
    size = size_pt(language, base_size_pt)
    names = ", ".join(f'"{family}"' for family in families(language, own))
    features = f" font-feature-settings: {mine.features};" if mine.features and numbering == "arabext" else ""
    return f":root {{ font-family: {names}; font-size: {size:.4g}pt;{features} {_manner(mine, numbering)} }}\n"


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


def covered(language: str, read: Callable[[str], bytes], own: Own = NO_OWN) -> frozenset[int]:
    """Return the code points that a language can print in every weight; `read` gives the bytes of a font file by its name.

    A letter must be in all weights of one family: a bold word in fonts of two families would be two kinds of bold.
    """
    return frozenset().union(IGNORABLE, *_by_family(language, read, own))


def _by_family(language: str, read: Callable[[str], bytes], own: Own) -> Iterator[frozenset[int]]:
    for one in _scripts(language, own):
        yield frozenset.intersection(*(coverage(read(face.file), face.index) for face in one.faces))


_FAMILY_NAMES = (1, 16)
"""The names of a font that say its family: for the four common styles, and for any number of them (OpenType, table name)."""
_RESTRICTED, _USE, _NO_SUBSET, _BITMAPS = 0x0002, 0x000F, 0x0100, 0x0200
"""What the maker of a font allows (OpenType, OS/2.fsType)."""


def faults(face: Face, content: bytes) -> list[str]:
    """Return what keeps a file from being a face: what it says of its family and weight, whether it can vary, and whether its maker
    lets it be embedded in parts (fsType; the licence itself is for whoever brings the font to read).
    """
    try:
        with TTFont(io.BytesIO(content), lazy=True) as font:
            names = {str(font["name"].getDebugName(number) or "") for number in _FAMILY_NAMES} - {""}
            weight, allowed = font["OS/2"].usWeightClass, font["OS/2"].fsType
            varies, letters = "fvar" in font, bool(font.getBestCmap())
    except Exception as error:  # whatever fontTools meets in a file that only begins like a font
        return [f"it cannot be read as a font: {type(error).__name__}: {error}"]
    found = [] if letters else ["it has no letters"]
    found += [] if face.family in names else [f"its family is called {' or '.join(f'`{name}`' for name in sorted(names)) or 'nothing'}"]
    found += ["it is a variable font; save each weight as a file of its own"] if varies else []
    found += [f"its weight is {weight}; {face.weight} is asked for"] if (weight >= 600) is not (face.weight >= 600) else []
    if allowed & _USE == _RESTRICTED or allowed & (_NO_SUBSET | _BITMAPS):
        found.append(f"its maker does not let it be embedded in a PDF in parts (fsType {allowed:#06x})")
    return found


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
