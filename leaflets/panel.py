"""The personal panel: put on each copy of a leaflet that was rendered once. The only room for pikepdf.

The leaflet is rendered with room for a panel (templates/parts/panel.html). The page's content is split around that room once. A copy
is the bytes of all that, and behind them an incremental update (ISO 32000-1, 7.5.6): the content of the panel, its elements in the
structure tree, and their cross-references. Nothing is laid out again, and the copy is as accessible as the leaflet is.
"""

import hashlib
import io
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pikepdf

from leaflets import fonts, shaping
from leaflets.model import Line as Line

ROOM = "zxx"
"""The language that marks the room for a panel in the structure tree: no linguistic content (ISO 639-2)."""
_REMEMBERED = 4096
_WEIGHTS = (400, 700)
_UNLIKE_DRAWN = re.compile("[\u0590-\u1cff\u200c\u200d\ua8e0-\uabff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of scripts that are not drawn one glyph a letter from left to right, as leaflets/render.py has them."""
_FOR_LAYOUT = str.maketrans("", "", "\u200b\u2060\u2066\u2067\u2068\u2069")
_BLANK = re.compile("[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")


class NoRoomError(ValueError):
    """A PDF has no room for a panel: it was rendered without one, or its templates and styles were changed in a way that hides it."""


@dataclass(frozen=True, slots=True)
class _Room:
    """Where lines can stand, in units of the page's content: edges, first baseline, from line to line, between paragraphs, type size."""

    left: float
    right: float
    first: float
    pitch: float
    gap: float
    size: float
    lines: int
    matrix: str


class Sheet:
    """A rendered leaflet whose panel is empty, ready to be copied with one panel after another. It stays in its process."""

    def __init__(
        self,
        pdf: bytes,
        language: str,
        letters: str | Iterable[Line],
        read: Callable[[str], bytes],
        brought: fonts.Own = fonts.NO_OWN,
    ) -> None:
        """Make a leaflet ready. `pdf` was rendered with `Panel(room=...)`; `letters` are all lines that copies will show, as a text
        with one a line, or as they are (then each letter comes in its own weight only, and copies are smaller); `read` gives the bytes
        of a font file by its name and raises LookupError or OSError where it is not installed; `brought` are a workspace's own fonts.
        Raises NoRoomError, and KeyError for a language that is not printed.
        """
        self.setter = shaping.Typesetter(language, read, brought)
        self.rtl = self.setter.own.direction == "rtl"
        self.fonts = _Fonts(self.setter)
        for line in _lines(letters):
            self.fonts.take(line)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            page, panel, numbers = _place(document)
            self.room = _split(document, page, numbers, self._width_of_digit())
            self.fonts.embed(document, page)
            self.base, found = _saved(document, page, panel, numbers)
        self.update = _Update(self.base, found)
        self.words = lru_cache(_REMEMBERED)(self.fonts.code)

    def missing(self, lines: Iterable[Line]) -> str:
        """Return the letters of lines that no installed font has, each once."""
        found = (self.setter.missing(_clean(line.text), _weight(line)) for line in lines)
        return "".join(dict.fromkeys("".join(found)))

    def copy(self, lines: Sequence[Line], identifier: bytes) -> bytes | None:
        """Return the PDF with these lines in its panel. `identifier` becomes the second half of its /ID (ISO 32000-1, 14.4).

        None where the lines do not fit into the room, or need a letter that no font has (`missing` tells which) or that was
        not among the `letters` of this sheet: the leaflet is then laid out with its lines.
        """
        texts = [Line(text, line.strong) for line in lines if (text := _clean(line.text))]
        try:
            content = b"".join(self._content(texts))
        except (LookupError, _FullError):
            return None
        said = [text.text.translate(_FOR_LAYOUT) if self.rtl or _UNLIKE_DRAWN.search(text.text) else "" for text in texts]
        return self.update.written(content, said, identifier)

    def _content(self, lines: Sequence[Line]) -> Iterator[bytes]:
        """Yield the content of the panel: one marked sequence for each paragraph. Raises _FullError, or LookupError for a letter."""
        room, y = self.room, self.room.first
        end = room.first + (room.pitch + room.gap) * (room.lines - 1)
        yield b"q\n"
        for number, line in enumerate(lines):
            broken = shaping.broken(self.setter.words(line.text, _weight(line)), (room.right - room.left) / room.size)
            if broken is None or number >= room.lines or y + room.pitch * (len(broken) - 1) > end + room.pitch / 100:
                raise _FullError
            yield b"/P <</MCID %d>> BDC\nBT\n" % self.update.numbers[number]
            for words in broken:
                yield self._line(words, y)
                y += room.pitch
            y += room.gap
            yield b"ET\nEMC\n"
        yield b"Q\n"

    def _line(self, words: list[shaping.Word], y: float) -> bytes:
        """Return a line, its words from left to right; it begins at the side where reading does."""
        room, levels = self.room, [word.level for word in words]
        if words and words[-1].gap:
            levels[-1] = int(self.rtl)
        x = room.right - room.size * sum(word.width for word in words) if self.rtl else room.left
        written, face = [f"{room.matrix} {x:.3f} {y:.3f} Tm\n".encode()], None
        for index in shaping.in_sight(levels) if any(levels) else range(len(words)):
            word = words[index]
            if word.face is not face:
                face = word.face
                written.append(b"%s %.6g Tf\n" % (self.fonts.name(face), room.size * word.scale))
            written.append(self.words(word, room.size))
        return b"".join(written)

    def _width_of_digit(self) -> float:
        """Return how wide the digit is that room was measured with, in sizes of the type."""
        return sum(word.width for word in self.setter.words("0", 400))


class _FullError(Exception):
    """The lines need more room than there is."""


def _lines(letters: str | Iterable[Line]) -> Iterator[Line]:
    if not isinstance(letters, str):
        yield from letters
        return
    for text in letters.split("\n"):
        yield from (Line(text, strong) for strong in (False, True))


def _clean(text: str) -> str:
    return _BLANK.sub(" ", text).strip(" ")


def _weight(line: Line) -> int:
    return _WEIGHTS[line.strong]


# ---------------------------------------------------------------- where the panel stands


def _place(document: pikepdf.Pdf) -> tuple[Any, Any, list[int]]:
    """Return the page of the panel, its structure element, and the numbers of the marked content in it, in reading order."""
    panel = next((one for one in _elements(document.Root.StructTreeRoot) if str(one.get("/Lang", "")) == ROOM), None)
    if panel is None:
        raise NoRoomError("the leaflet was rendered without room for a panel")
    marked = [(one.Pg.objgen, number) for one in _elements(panel) for number in _kids(one) if isinstance(number, int)]
    pages = {page for page, _ in marked}
    if len(marked) < 3 or len(pages) != 1:
        raise NoRoomError("the room for the panel is not on one page, or holds fewer than three lines")
    page = next(page.obj for page in document.pages if page.objgen in pages)
    return page, panel, [number for _, number in marked]


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _elements(element: Any) -> Iterator[Any]:
    """Yield a structure element and all below it, in reading order."""
    waiting = [element]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed([kid for kid in _kids(one) if isinstance(kid, pikepdf.Dictionary) and "/K" in kid])


def _split(document: pikepdf.Pdf, page: Any, numbers: Sequence[int], digit: float) -> _Room:
    """Split a page's content in three, what comes before the panel, an empty panel, what comes after; return the room in it.

    What the digits that held the room say of colour and fonts stays: the content behind them goes on from there.
    """
    steps: list[Any] = list(pikepdf.parse_content_stream(page))
    first, last = _stretch(steps, numbers)
    room = _measured(steps[first : last + 1], digit)
    kept = [step for step in steps[first : last + 1] if str(step.operator) not in _OF_TEXT]
    parts: tuple[list[Any], ...] = ([*steps[:first], *kept], [], steps[last + 1 :])
    written = [document.make_stream(pikepdf.unparse_content_stream(part) + b"\n") for part in parts]
    page.Contents = document.make_indirect(pikepdf.Array(written))
    return room


_OF_TEXT = frozenset(["BDC", "EMC", "BMC", "BT", "ET", "Tm", "Td", "TD", "T*", "TJ", "Tj", "'", '"'])


def _stretch(steps: Sequence[Any], numbers: Sequence[int]) -> tuple[int, int]:
    """Return the first and the last step of the marked content with these numbers. Raises NoRoomError where other content is among it."""
    begins = {_mark(step): at for at, step in enumerate(steps) if str(step.operator) == "BDC"}
    if not all(number in begins for number in numbers):
        raise NoRoomError("the room for the panel is not in the content of its page")
    first, last = min(begins[number] for number in numbers), max(begins[number] for number in numbers)
    while str(steps[last].operator) != "EMC":
        last += 1
    marks = {_mark(step) for step in steps[first : last + 1] if str(step.operator) in ("BDC", "BMC")}
    inside = {str(step.operator) for step in steps[first : last + 1]}
    if marks != set(numbers) or not inside <= _OF_TEXT | {"rg", "RG", "g", "G", "k", "K", "gs", "Tf", "Ts", "Tc", "Tw", "Tz"}:
        raise NoRoomError("something else stands in the room for the panel")
    return first, last


def _mark(step: Any) -> int | None:
    """Return the number of marked content that begins; None for content without one."""
    given = step.operands[-1] if step.operands else None
    return int(given.MCID) if isinstance(given, pikepdf.Dictionary) and "/MCID" in given else None


def _measured(steps: Sequence[Any], digit: float) -> _Room:
    """Return the room that the digits in it show: the second stands below the first in one paragraph, the last at the far edge."""
    places = [[float(value) for value in step.operands] for step in steps if str(step.operator) == "Tm"]
    sizes = [float(step.operands[1]) for step in steps if str(step.operator) == "Tf"]
    if len(places) < 3 or not sizes:
        raise NoRoomError("the lines of the room for the panel cannot be found")
    across, down = [place[4] for place in places], [place[5] for place in places]
    pitch = down[1] - down[0]
    matrix = " ".join(f"{value:g}" for value in places[0][:4])
    edge = max(across) + digit * sizes[0]
    return _Room(min(across), edge, down[0], pitch, max(down[2] - down[1] - pitch, 0.0), sizes[0], len(places), matrix)


# ---------------------------------------------------------------- fonts of a batch


@dataclass(slots=True)
class _Part:
    """What copies use of one font: each glyph with what it says, and the code it is written with."""

    said: dict[tuple[int, str], int] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    name: bytes = b""


class _Fonts:
    """The fonts of a batch: for each face one part of it, with the glyphs that its copies use and no others.

    A glyph that stands for different letters gets a code for each, so that a code always says the same (ISO 14289-1, 7.21.7);
    a font with PostScript outlines has one code a glyph.
    """

    def __init__(self, setter: shaping.Typesetter) -> None:
        self.setter = setter
        self.parts: dict[fonts.Face, _Part] = {}

    def take(self, line: Line) -> None:
        """Note the glyphs of a line; none of one that has a letter without a font."""
        try:
            words = self.setter.words(_clean(line.text), _weight(line))
        except shaping.UnprintableError:
            return
        for word in words:
            part = self.parts.setdefault(word.face, _Part())
            for glyph in word.glyphs:
                part.said.setdefault((glyph.id, glyph.text), 0)

    def name(self, face: fonts.Face) -> bytes:
        """Return the name of a font in the resources of the page. Raises LookupError for one that no line of the batch uses."""
        return self.parts[face].name

    def embed(self, document: pikepdf.Pdf, page: Any) -> None:
        """Put the fonts into a document and its page's resources."""
        for number, (face, part) in enumerate(self.parts.items()):
            part.name = b"/Panel%d" % number
            page.Resources.Font[part.name.decode()] = document.make_indirect(_embedded(document, self.setter.font(face), part))

    def code(self, word: shaping.Word, size: float) -> bytes:
        """Return what draws a word at the place reached. Raises LookupError for a glyph that no line of the batch uses."""
        part, size = self.parts[word.face], size * word.scale
        if not word.level & 1 and not all(glyph.alone for glyph in word.glyphs):
            return _saying(word.text, b"".join(_drawn(word.glyphs, part, size)))
        pieces = []
        for cluster in _clusters(word.glyphs):
            drawn = b"".join(_drawn(cluster, part, size))
            pieces.append(drawn if cluster[0].alone else _saying(cluster[0].text, drawn))
        return b"".join(pieces)


def _clusters(glyphs: Sequence[shaping.Glyph]) -> Iterator[Sequence[shaping.Glyph]]:
    """Yield stretches of glyphs: those that say their text by themselves together, those that share a text by that text."""
    start = 0
    for at in range(1, len(glyphs) + 1):
        here = glyphs[start]
        if at == len(glyphs) or glyphs[at].alone != here.alone or (not here.alone and glyphs[at].text != here.text):
            yield glyphs[start:at]
            start = at


def _saying(text: str, drawn: bytes) -> bytes:
    """Return content with the text it stands for (ISO 32000-1, 14.9.4), for glyphs that share letters or stand in another order."""
    return b"/Span <</ActualText %s>> BDC\n%sEMC\n" % (_hex(text.translate(_FOR_LAYOUT)), drawn)


def _drawn(glyphs: Sequence[shaping.Glyph], part: _Part, size: float) -> Iterator[bytes]:
    """Yield what draws glyphs one after another: raised where they stand higher, moved where their advance is not their width."""
    rise, shown, move = 0.0, b"", 0.0
    for glyph in glyphs:
        code = part.said[glyph.id, glyph.text]
        if glyph.y != rise:
            if shown:
                yield b"[%s]TJ\n" % shown
            rise, shown = glyph.y, b""
            yield b"%.3f Ts\n" % (rise * size / 1000)
        move += glyph.x
        shown += b"%s<%04x>" % (b"%.5g" % -move if abs(move) >= 0.05 else b"", code)
        move = glyph.advance - glyph.x - part.widths[code] if abs(move) >= 0.05 else move + glyph.advance - glyph.x - part.widths[code]
    if abs(move) >= 0.05:
        shown += b"%.5g" % -move
    if shown:
        yield b"[%s]TJ\n" % shown
    if rise:
        yield b"0 Ts\n"


def _embedded(document: pikepdf.Pdf, font: shaping.Loaded, part: _Part) -> Any:
    """Return the dictionary of a composite font (ISO 32000-1, 9.7) with a part of a font; note its codes and widths in `part`."""
    content, renumbered = shaping.subset(font, {glyph for glyph, _ in part.said})
    true_type = font.outlines == "TrueType"
    spoken: dict[int, str] = {}
    glyphs = [0]
    for glyph, text in part.said:
        code = len(glyphs) if true_type else renumbered[glyph]
        glyphs.append(renumbered[glyph])
        part.said[glyph, text] = code
        part.widths[code] = font.font.get_glyph_h_advance(glyph) * 1000 / font.face.upem
        spoken.setdefault(code, text)
    name = pikepdf.Name("/" + _tag(content) + "+" + font.name)
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2 if true_type else pikepdf.Name.CIDFontType0,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        FontDescriptor=document.make_indirect(_descriptor(document, font, name, content)),
        DW=0,
        W=pikepdf.Array(thing for code, width in sorted(part.widths.items()) for thing in (code, pikepdf.Array([round(width, 3)]))),
    )
    if true_type:
        descendant.CIDToGIDMap = document.make_stream(struct.pack(f">{len(glyphs)}H", *glyphs))
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=[document.make_indirect(descendant)],
        ToUnicode=document.make_stream(_to_unicode(spoken)),
    )


def _tag(content: bytes) -> str:
    """Return the six capital letters that a part of a font is told apart by (ISO 32000-1, 9.6.4)."""
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(content).digest()[:6])


def _descriptor(document: pikepdf.Pdf, font: shaping.Loaded, name: Any, content: bytes) -> Any:
    ascent, descent, box = font.measures()
    file = document.make_stream(content)
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=pikepdf.Array(box),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=ascent,
        StemV=80,
    )
    if font.outlines == "TrueType":
        file.Length1 = len(content)
        descriptor.FontFile2 = file
    else:
        file.Subtype = pikepdf.Name.OpenType
        descriptor.FontFile3 = file
    return descriptor


def _to_unicode(spoken: dict[int, str]) -> bytes:
    """Return the map from codes to text (ISO 32000-1, 9.10.3)."""
    rows = [b"<%04x> <%s>" % (code, text.encode("utf-16-be").hex().encode()) for code, text in sorted(spoken.items())]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    maps = [b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks]
    head = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000> <ffff> endcodespacerange"
    )
    return b"\n".join([head, *maps, b"endcmap CMapName currentdict /CMap defineresource pop end end"])


# ---------------------------------------------------------------- the update of a copy


@dataclass(frozen=True, slots=True)
class _Found:
    """Numbers of objects in a saved leaflet: content of the panel, its structure element and that one's parent, its page, the list of
    the page's marked content; what stands in that list, and where the panel's own numbers do. How many numbers are taken, what a
    trailer repeats, and the first half of the /ID.
    """

    content: int
    panel: int
    parent: int
    page: int
    list: int
    kids: tuple[bytes, ...]
    numbers: tuple[int, ...]
    size: int
    trailer: bytes
    first: bytes


def _saved(document: pikepdf.Pdf, page: Any, panel: Any, numbers: Sequence[int]) -> tuple[bytes, _Found]:
    """Return the leaflet with an empty panel, as bytes, and where what each copy changes stands in it."""
    del panel.Lang
    panel.K = pikepdf.Array()
    nums = document.Root.StructTreeRoot.ParentTree.Nums
    at = next(index for index in range(0, len(nums), 2) if int(nums[index]) == int(page.StructParents))
    kids = document.make_indirect(nums[at + 1])
    nums[at + 1] = kids
    for number in numbers:
        kids[number] = None
    document.trailer["/Leaflets.Panel"] = pikepdf.Array([page.Contents[1], panel, panel.P, page, kids])
    out = io.BytesIO()
    document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    content = out.getvalue()
    return content, _numbers(content, numbers)


def _numbers(content: bytes, numbers: Sequence[int]) -> _Found:
    """Return the numbers that objects got when a leaflet was saved."""
    with pikepdf.open(io.BytesIO(content)) as document:
        trailer = document.trailer
        stream, panel, parent, page, kids = (thing.objgen[0] for thing in trailer["/Leaflets.Panel"])
        listed = tuple(b"%d 0 R" % kid.objgen[0] if kid is not None and kid.objgen[0] else b"null" for kid in trailer["/Leaflets.Panel"][4])
        info = trailer.Info.objgen[0] if "/Info" in trailer else 0
        fixed = b"/Root %d 0 R%s" % (trailer.Root.objgen[0], b"/Info %d 0 R" % info if info else b"")
        return _Found(stream, panel, parent, page, kids, listed, tuple(numbers), int(trailer.Size), fixed, bytes(trailer.ID[0]))


class _Update:
    """What stands behind the bytes of a leaflet in a copy of it."""

    def __init__(self, base: bytes, found: _Found) -> None:
        self.base, self.found, self.numbers = base, found, found.numbers
        self.previous = int(base[base.rindex(b"startxref") + 9 :].split()[0])
        self.lists = [self._list(count) for count in range(len(found.numbers) + 1)]

    def _list(self, count: int) -> bytes:
        """Return the list of the page's marked content for a number of paragraphs; the first of them is the first new object."""
        kids = list(self.found.kids)
        for index, number in enumerate(self.numbers[:count]):
            kids[number] = b"%d 0 R" % (self.found.size + index)
        return b"[" + b" ".join(kids) + b"]"

    def written(self, content: bytes, said: Sequence[str], identifier: bytes) -> bytes:
        """Return a copy. `said` has a text for each paragraph: what it says where that is not what its glyphs do, else nothing."""
        found, packed = self.found, zlib.compress(content, 6)
        own = [found.size + index for index in range(len(said))]
        kids = b" ".join(b"%d 0 R" % number for number in own)
        objects = {
            found.content: b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed),
            found.panel: b"<</Type/StructElem/S/Sect/P %d 0 R/Pg %d 0 R/K[%s]>>" % (found.parent, found.page, kids),
            found.list: self.lists[len(said)],
        }
        for index, number in enumerate(own):
            text = b"/ActualText" + _hex(said[index]) if said[index] else b""
            objects[number] = b"<</Type/StructElem/S/P/P %d 0 R/Pg %d 0 R/K[%d]%s>>" % (found.panel, found.page, self.numbers[index], text)
        return self.base + self._closed(objects, identifier)

    def _closed(self, objects: dict[int, bytes], identifier: bytes) -> bytes:
        """Return objects with their cross-reference stream (ISO 32000-1, 7.5.8), as the leaflet itself has one."""
        found = self.found
        parts: list[bytes] = []
        rows: dict[int, int] = {}
        offset = len(self.base)
        for number, content in objects.items():
            rows[number] = offset
            parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
            offset += len(parts[-1])
        last = max(found.size, max(rows) + 1)
        rows[last] = offset
        ordered = sorted(rows)
        table = b"".join(struct.pack(">BIB", 1, rows[number], 0) for number in ordered)
        index = b" ".join(b"%d 1" % number for number in ordered)
        head = b"/Type/XRef/Size %d/W[1 4 1]/Index[%s]/Prev %d%s" % (last + 1, index, self.previous, found.trailer)
        own = b"/ID[<%s><%s>]/Length %d" % (found.first.hex().encode(), identifier.hex().encode(), len(table))
        parts.append(b"%d 0 obj\n<<%s%s>>\nstream\n%s\nendstream\nendobj\n" % (last, head, own, table))
        return b"".join([*parts, b"startxref\n%d\n%%%%EOF\n" % offset])


def _hex(text: str) -> bytes:
    """Return a text as a string of a PDF (ISO 32000-1, 7.9.2.2: UTF-16 with its mark)."""
    return b"<feff%s>" % text.encode("utf-16-be").hex().encode()
