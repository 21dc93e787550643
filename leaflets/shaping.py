"""Lines of text to glyphs in their places, with whatever fonts their letters need. The only room for HarfBuzz.

It sets what WeasyPrint does not set: the few lines of a personal panel, thousands of times over. A line is taken apart into words,
each word is shaped once and remembered, the words are broken into lines in the order of reading, and each line is put in the order of
sight (Unicode Standard Annex 9, by FriBidi, which Pango brings along).
"""

import ctypes
import hashlib
import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import uharfbuzz as hb

from leaflets import bidi, fonts

_CLOSING = "!%),.:;?]}¢°’”†‡›℃∶、。〃〆〉》」』】〕〗〙〞〟ー・ヽヾぁぃぅぇぉっゃゅょァィゥェォッャュョ！％），．：；？］｝～"
_OPENING = "(£¥[{‘“‹〈《「『【〔〖〘〝（［｛￡￥"
"""What no line of Chinese or Japanese begins with, and what none ends with (W3C, Requirements for Chinese and Japanese Text Layout)."""
_KANA, _HANGUL = re.compile("[\u3040-\u30ff\u31f0-\u31ff]"), re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_IDEOGRAPH = "\u2e80-\u2fdf\u3000-\u30ff\u3105-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_HIDDEN = "\u200e\u200f\u2060\u2066-\u2069\u202a-\u202e\ufeff"
_WORDS = re.compile(f"(?P<hidden>[{_HIDDEN}]+)|(?P<gap>[ \u200b]+)|[{_IDEOGRAPH}]|[^ \u200b{_HIDDEN}{_IDEOGRAPH}]+")
"""The parts of a line: what only tells an order, gaps, single Chinese or Japanese characters, words."""
_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RUNS_LEFT = re.compile(f"[{_RIGHT}\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_RUN = re.compile(f"[{_RIGHT}](?:[^\\S\n]?[{_RIGHT}\u200c\u200d.’'\"-]*[{_RIGHT}])*")
_REMEMBERED = 4096
"""How many words of each sheet stay shaped: phrases come again and again, names do not."""


# ---------------------------------------------------------------- the order of a line

_FRIBIDI = ("libfribidi.so.0", "libfribidi.0.dylib", "libfribidi-0.dll", "fribidi-0.dll")
_PARAGRAPH = {"ltr": 0x110, "rtl": 0x111}
"""FriBidi's names for a paragraph's direction (FRIBIDI_PAR_LTR, FRIBIDI_PAR_RTL)."""


@cache
def _fribidi() -> ctypes.CDLL:
    """Return the library. Raises OSError where it is not installed; Pango, and so WeasyPrint, does not run without it either."""
    for name in _FRIBIDI[:-1]:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return ctypes.CDLL(_FRIBIDI[-1])


def _before_hebrew(text: str) -> bool:
    """Whether every letter stands before U+0590 in Unicode, where the scripts that run left begin: a quick look."""
    return max(text, default="") < "\u0590"


def levels(text: str, direction: str) -> Sequence[int]:
    """Return the embedding level of each letter of a paragraph (Unicode Standard Annex 9): even runs right, odd runs left."""
    if direction == "ltr" and (_before_hebrew(text) or not _RUNS_LEFT.search(text)):
        return bytes(len(text))
    count, library = len(text), _fribidi()
    array = ctypes.c_uint32 * count
    letters, types, brackets = array(*map(ord, text)), array(), array()
    found, base = (ctypes.c_int8 * count)(), ctypes.c_uint32(_PARAGRAPH[direction])
    library.fribidi_get_bidi_types(letters, count, types)
    library.fribidi_get_bracket_types(letters, count, types, brackets)
    if not library.fribidi_get_par_embedding_levels_ex(types, brackets, count, ctypes.byref(base), found):
        raise MemoryError("FriBidi found no room for the levels of a line")
    return list(found)


def in_sight(given: Sequence[int]) -> list[int]:
    """Return the order in which things of these levels stand on a line, from left to right (Annex 9, rule L2)."""
    order = list(range(len(given)))
    for level in range(max(given, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and given[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return order


def held_together(text: str, direction: str) -> str:
    """Return a line with what runs the other way isolated, as the leaflet's own text is (leaflets/bidi.py): a name in Arabic letters
    does not pull the number behind it along.
    """
    if direction == "rtl":
        return bidi.isolate(text)
    if _before_hebrew(text) or "\u2067" in text or "\u2068" in text:
        return text
    return _RIGHT_RUN.sub("\u2067\\g<0>\u2069", text)


# ---------------------------------------------------------------- fonts

_known: dict[tuple[bytes, int], "Loaded"] = {}


class Loaded:
    """A font in HarfBuzz's hands: one face of a file, kept as long as the process lives, however many sheets use it.

    `blank` is a glyph without width or ink.
    """

    def __init__(self, content: bytes, index: int) -> None:
        self.face = hb.Face(content, index)
        self.font = hb.Font(self.face)
        self.letters = self.face.unicodes
        joiners = (self.font.get_nominal_glyph(code) for code in (0x200D, 0x200C, 0x200B))
        blanks = (glyph for glyph in joiners if glyph and not self.font.get_glyph_h_advance(glyph) and not _draws(self, glyph))
        self.blank: int | None = next(blanks, None)
        self.outlines = "CFF" if "CFF " in self.face.table_tags else "TrueType"
        self.name = re.sub("[^A-Za-z0-9-]", "", self.face.get_name(hb.OTNameIdPredefined.POSTSCRIPT_NAME) or "Font")

    def measures(self) -> tuple[float, float, list[float]]:
        """Return ascent, descent and the box that holds each glyph, in thousandths of the size of the type."""
        extents, to_thousandths = self.font.get_font_extents("ltr"), 1000 / self.face.upem
        box = struct.unpack(">4h", bytes(self.face.reference_table("head").data)[36:44])
        return extents.ascender * to_thousandths, extents.descender * to_thousandths, [value * to_thousandths for value in box]


def _load(face: fonts.Face, read: Callable[[str], bytes]) -> Loaded | None:
    """Return a font; None where it is not installed."""
    try:
        content = read(face.file)
    except (LookupError, OSError):
        return None
    if not content:
        return None
    key = hashlib.sha256(content).digest(), face.index
    if key not in _known:
        _known[key] = Loaded(content, face.index)
    return _known[key]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of a shaped word: its number in the font, what it says, and how it stands, in thousandths of the size of the type."""

    id: int
    text: str
    advance: float
    x: float
    y: float
    alone: bool
    """Whether it says its text all by itself; else other glyphs share in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word, or a part of one in one font: its glyphs from left to right, its width in sizes of the type, the level of its letters,
    whether it is a gap between words, how many times the size of the type it is set. Each is equal to itself alone, so that what is
    made of it can be remembered.
    """

    text: str
    face: fonts.Face
    glyphs: tuple[Glyph, ...]
    width: float
    level: int
    gap: bool
    scale: float


class UnprintableError(LookupError):
    """A line has letters that no installed font has; they are its argument."""


class Typesetter:
    """Sets lines in one language and its fonts, and other letters in the fonts of their scripts. `read` gives the bytes of a font
    file by its name, and raises LookupError or OSError where it is not installed; `brought` are a workspace's own fonts.
    """

    def __init__(self, language: str, read: Callable[[str], bytes], brought: fonts.Own = fonts.NO_OWN) -> None:
        self.language, self.read = language, read
        self.own, self.scripts = fonts.script(language, brought), fonts.table(brought)
        self.scales = {face: max(1.0, one.size / self.own.size) for one in self.scripts.values() for face in one.faces}
        self.loaded: dict[fonts.Face, Loaded | None] = {}
        self.chosen: dict[tuple[str, str, int], fonts.Face | None] = {}
        self.shaped = lru_cache(_REMEMBERED)(self._shaped)

    def font(self, face: fonts.Face) -> Loaded:
        """Return the font of a face that letters were chosen from."""
        found = self.loaded[face]
        assert found is not None
        return found

    def missing(self, text: str, weight: int) -> str:
        """Return the letters that no installed font has in this weight, each once."""
        region = _region(text)
        wanted = (letter for letter in dict.fromkeys(text) if ord(letter) not in fonts.IGNORABLE)
        return "".join(letter for letter in wanted if self._choose(letter, region, weight) is None)

    def words(self, text: str, weight: int) -> list[Word]:
        """Return a line's words in the order of reading. Raises UnprintableError for letters that no font has."""
        held, region = held_together(text, self.own.direction), _region(text)
        given, shaped = levels(held, self.own.direction), self.shaped
        one = not any(given)
        found: list[Word] = []
        for match in _WORDS.finditer(held):
            kind = match.lastgroup
            if kind == "hidden":
                continue
            for start, end in (match.span(),) if one else _level(given, *match.span()):
                found += shaped(held[start:end], given[start], kind == "gap", weight, region)
        return found

    def _choose(self, letter: str, region: str, weight: int) -> fonts.Face | None:
        """Return the first face that has a letter: the language's own, Latin, then every other script's."""
        key = letter, region, weight
        if key not in self.chosen:
            self.chosen[key] = next((face for face in self._order(region, weight) if self._has(face, letter)), None)
        return self.chosen[key]

    def _order(self, region: str, weight: int) -> Iterator[fonts.Face]:
        """Yield the faces of a weight. Regions of Chinese characters come last, the one the text is of; Nastaliq is Urdu's alone."""
        table = self.scripts
        others = (name for name in table if name not in ("Aran", "Jpan", "Kore", "Hans", "Hant"))
        for one in dict.fromkeys((self.own, table["Latn"], *(table[name] for name in others), table[region])):
            yield from (face for face in one.faces if face.weight == weight)

    def _has(self, face: fonts.Face, letter: str) -> bool:
        if face not in self.loaded:
            self.loaded[face] = _load(face, self.read)
        font = self.loaded[face]
        return font is not None and ord(letter) in font.letters

    def _shaped(self, text: str, level: int, gap: bool, weight: int, region: str) -> tuple[Word, ...]:
        """Return the parts of a word, each in one font and one script, in the order of reading."""
        parts: list[tuple[fonts.Face, str, str]] = []
        for letter in text:
            hidden = ord(letter) in fonts.IGNORABLE
            face = parts[-1][0] if parts and (hidden or unicodedata.category(letter)[0] == "M") else None
            if face is None or not (hidden or self._has(face, letter)):
                face = self._choose(letter, region, weight)
            if face is None:
                raise UnprintableError(self.missing(text, weight))
            script = _script(letter)
            if parts and parts[-1][0] == face and (not script or not parts[-1][1] or script == parts[-1][1]):
                parts[-1] = face, parts[-1][1] or script, parts[-1][2] + letter
            else:
                parts.append((face, script, letter))
        return tuple(self._shape(face, part, level, gap) for face, _, part in parts)

    def _shape(self, face: fonts.Face, text: str, level: int, gap: bool) -> Word:
        font = self.font(face)
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction, buffer.language = "rtl" if level & 1 else "ltr", self.language
        # Marks say their own text where letters run left, and share that of their letter elsewhere: so Poppler keeps both in place.
        levels = hb.BufferClusterLevel
        buffer.cluster_level = levels.MONOTONE_CHARACTERS if level & 1 else levels.MONOTONE_GRAPHEMES
        buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
        hb.shape(font.font, buffer)
        glyphs = tuple(_glyphs(font, text, buffer))
        scale = self.scales[face]
        return Word(text, face, glyphs, scale * sum(glyph.advance for glyph in glyphs) / 1000, level, gap, scale)


def _glyphs(font: Loaded, text: str, buffer: hb.Buffer) -> Iterator[Glyph]:
    """Yield the glyphs of a word, each with the letters it stands for; those that neither draw nor move are left out."""
    to_thousandths = 1000 / font.face.upem
    placed = [
        (info.codepoint, info.cluster, position)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        if position.x_advance or _draws(font, info.codepoint)
    ]
    until = dict(pairwise([*sorted({info.cluster for info in buffer.glyph_infos}), len(text)]))
    clusters = [cluster for _, cluster, _ in placed]
    for glyph, cluster, position in placed:
        advance, x, y = (value * to_thousandths for value in (position.x_advance, position.x_offset, position.y_offset))
        whole = Glyph(glyph, text[cluster : until[cluster]], advance, x, y, clusters.count(cluster) == 1)
        yield from _letter_by_letter(font, whole) if buffer.direction == "rtl" and whole.alone else (whole,)


def _letter_by_letter(font: Loaded, whole: Glyph) -> Iterator[Glyph]:
    """Yield a glyph of several letters that run left as blanks for the last letters and itself for the first, in the order of sight.

    Poppler, and others that put drawn text in the order of reading, take what one glyph says for drawn from left to right: they
    turn the name of God around, which stands in many names.
    """
    blank = font.blank if len(whole.text) > 1 and whole.advance else None
    if blank is not None:
        yield from (Glyph(blank, letter, 0, 0, 0, True) for letter in reversed(whole.text[1:]))
    yield Glyph(whole.id, whole.text if blank is None else whole.text[0], whole.advance, whole.x, whole.y, True)


def _draws(font: Loaded, glyph: int) -> bool:
    extents = font.font.get_glyph_extents(glyph)
    return bool(extents and (extents.width or extents.height))


def _region(text: str) -> str:
    """Return which readers' forms of Chinese characters a text of another script is set with: kana is Japanese, hangul Korean."""
    if _before_hebrew(text):
        return "Hans"
    return "Jpan" if _KANA.search(text) else "Kore" if _HANGUL.search(text) else "Hans"


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """Return a name for the script of a letter, empty for what all scripts share: the first word of its name in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""


def _level(given: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of one level."""
    if end - start == 1:
        yield start, end
        return
    for at in range(start + 1, end):
        if given[at] != given[start]:
            yield start, at
            start = at
    yield start, end


def broken(words: Sequence[Word], width: float) -> list[list[Word]] | None:
    """Break words into lines of a width in sizes of the type; None where one is wider. A gap at a break hangs out of its line."""
    lines: list[list[Word]] = [[]]
    room = width
    for piece in _unbroken(words):
        wide = piece[0].width if len(piece) == 1 else sum(word.width for word in piece)
        if wide > room and not piece[0].gap:
            if wide > width:
                return None
            lines.append([])
            room = width
        lines[-1].extend(piece)
        room -= wide
    return lines


def _unbroken(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield groups of words that no line breaks within: between gaps, and between Chinese or Japanese characters that allow it."""
    group: list[Word] = []
    for word in words:
        if group and _may_break(group[-1], word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _may_break(before: Word, after: Word) -> bool:
    if before.gap or after.gap:
        return before.gap != after.gap
    last, first = before.text[-1:], after.text[:1]
    wide = re.match(f"[{_IDEOGRAPH}]", last) or re.match(f"[{_IDEOGRAPH}]", first)
    return bool(wide) and first not in _CLOSING and last not in _OPENING and unicodedata.category(first)[0] != "M"


# ---------------------------------------------------------------- a part of a font


_UNUSED = (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"vhea", b"vmtx", b"VORG", b"DSIG")


def subset(font: Loaded, glyphs: Iterable[int]) -> tuple[bytes, dict[int, int]]:
    """Return a font with these glyphs alone and nothing that only shaping needs, and the new number of each."""
    wanted = hb.SubsetInput()
    wanted.sets(hb.SubsetInputSets.GLYPH_INDEX).update(glyphs)
    wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(int.from_bytes(tag) for tag in _UNUSED)
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.CFF_IDENTITY_CHARSET
    plan = hb.SubsetPlan(font.face, wanted)
    return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)
