"""Lines of text that were met before: the same words in the same type and width break at the same place, and are drawn by the same glyphs.

WeasyPrint asks Pango anew for each line, once or more often to break it and once more to draw it, also where a page is laid out a second
time, and where a paragraph comes again in the leaflet of another reader. What it gets is a handful of numbers and the text of the line
(the layout itself is let go of until it is drawn), and then the steps of a content stream: both can be kept. Not one byte differs
(tests/test_lines.py); what it saves stands in docs/developers.md, Speed.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

MOST = 30_000
"""Lines kept for one font configuration, about a kilobyte each; the oldest go first."""

ASPECTS = (
    *("direction", "lang", "font_language_override", "font_family", "font_style", "font_stretch", "font_weight", "font_size"),
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings", "font_variation_settings"),
    *("text_decoration_line", "word_spacing", "letter_spacing", "tab_size", "white_space", "word_break", "overflow_wrap"),
    *("hyphens", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone"),
)
"""Every property that decides where a line ends and how large it is: those that WeasyPrint's `split_first_line` reads."""

Line = tuple[Any, int, int | None, float, float, float]
"""Layout, length in bytes, where the next line begins, width, height, base line: as WeasyPrint has them."""


class Memory:
    """What is remembered of one font configuration: lines by what was asked, and how glyphs are told in a PDF.

    `kinds` numbers what styles have in common that decides about a line. `widths` are those of glyphs in a font of a size, `told` a
    glyph's number, width and text, each kept once: thousands of lines have the same ones.
    """

    def __init__(self) -> None:
        self.lines: OrderedDict[tuple[Any, ...], Line] = OrderedDict()
        self.kinds: dict[tuple[Any, ...], int] = {}
        self.widths: dict[tuple[Any, float], dict[int, int]] = {}
        self.told: dict[tuple[int, int, str], tuple[int, int, str]] = {}


class Lines:
    """WeasyPrint's `split_first_line` with a memory, called as that is. Fonts are the configuration's, and so is the memory."""

    def __init__(self, split: Callable[..., Line], most: int = MOST) -> None:
        self.split = split
        self.most = most
        self.kept: WeakKeyDictionary[Any, Memory] = WeakKeyDictionary()

    def __call__(
        self,
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Line:
        """Return the first line of a text, from memory where it was asked for before."""
        memory = self.kept.get(style.font_config)
        if memory is None:
            memory = self.kept[style.font_config] = Memory()
        kind = style.__dict__.get("kind_of_line")
        if kind is None or kind[0] is not memory:
            kind = style.kind_of_line = memory, _kind(memory, style)
        key = (text, max_width, justification_spacing, is_line_start, minimum, kind[1])
        line = memory.lines.get(key)
        if line is None:
            line = self.split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
            line[0].met = Met(memory)
            memory.lines[key] = line
            if len(memory.lines) > self.most:
                memory.lines.popitem(last=False)
        return _copied(line[0]), *line[1:]

    def forget(self) -> None:
        """Forget all lines: what is measured afterwards is the time of a leaflet like no other."""
        self.kept.clear()


def _kind(memory: Memory, style: Any) -> int:
    """Return the number of what a style says about lines: a style is asked once, and no longer changes when lines are broken."""
    values = [style[aspect] for aspect in ASPECTS]
    said = tuple(frozenset(value) if isinstance(value, set) else value for value in values)
    return memory.kinds.setdefault(said, len(memory.kinds))


def _copied(layout: Any) -> Any:
    """Return a layout of its own for the one who draws it: a few numbers and the text. `copy.copy` takes four times as long."""
    twin = object.__new__(type(layout))
    twin.__dict__.update(layout.__dict__)
    return twin


# ---------------------------------------------------------------- drawn


class Steps(NamedTuple):
    """How a line was drawn: steps of a content stream, `("set_font_size", font, size)` or another's name and one value; and for each
    font, by the key that WeasyPrint has for it, the glyphs that it must have: number, width in thousandths, text.
    """

    steps: tuple[tuple[Any, ...], ...]
    glyphs: tuple[tuple[Any, tuple[tuple[int, int, str], ...]], ...]


class Met:
    """A line in memory, shared by all copies of its layout: how it was drawn, once it was; False where that cannot be kept."""

    __slots__ = ("memory", "steps")

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.steps: Steps | bool | None = None


class Unkept(Exception):  # noqa: N818 - no error: the line is drawn in WeasyPrint's own way
    """A line that is drawn in a way that is not kept: with letters that no font has, or pictures for letters."""


class _Font:
    """A font for a line that is drawn to be kept: its own glyphs' texts, as if this line were the first of a PDF."""

    bitmap = png = svg = colr = False

    def __init__(self, font: Any, widths: dict[int, int]) -> None:
        if font.bitmap or font.png or font.svg or font.colr:
            raise Unkept
        self.font = font
        self.hash = font.hash
        self.widths = widths
        self.to_unicode: dict[int, str] = {}

    def get_unused_glyph_id(self, _: int) -> int:
        """Raise Unkept: WeasyPrint tells about the letter that is missing."""
        raise Unkept


class _Heard:
    """A content stream that only notes what a line is drawn by."""

    def __init__(self, stream: Any, memory: Memory) -> None:
        self.stream, self.memory = stream, memory
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect
        self.steps: list[tuple[Any, ...]] = []
        self.fonts: dict[tuple[Any, float], _Font] = {}

    def add_font(self, pango_font: Any) -> tuple[_Font, float]:
        font, size = self.stream.add_font(pango_font)
        key = next(key for key, one in self.stream._fonts.items() if one is font)
        if (key, size) not in self.fonts:
            self.fonts[key, size] = _Font(font, self.memory.widths.setdefault((key, size), {}))
        return self.fonts[key, size], size

    def set_text_matrix(self, *_: float) -> None:
        """Where the line stands is not kept."""

    def set_font_size(self, font: str, size: float) -> None:
        self.steps.append(("set_font_size", font, size))

    def show_text(self, text: str) -> None:
        self.steps.append(("show_text", text))

    def set_text_rise(self, rise: float) -> None:
        self.steps.append(("set_text_rise", rise))

    def kept(self) -> Steps:
        told = self.memory.told
        glyphs = []
        for (key, _), font in self.fonts.items():
            found = [(glyph, font.widths[glyph], text) for glyph, text in font.to_unicode.items()]
            glyphs.append((key, tuple(told.setdefault(one, one) for one in found)))
        return Steps(tuple(self.steps), tuple(glyphs))


def quick(draw: Callable[..., None], draw_line: Callable[..., Any]) -> Callable[..., None]:
    """Return WeasyPrint's `draw_text` with a memory, from that and its `draw_first_line`: lines without lines under or through them."""

    def draw_text(stream: Any, box: Any, offset: float, overflow: str, ellipsis: Any) -> None:
        layout, style = box.pango_layout, box.style
        met: Met | None = getattr(layout, "met", None)
        plain = overflow == "clip" and ellipsis == "none" and style["visibility"] == "visible" and style["text_decoration_line"] == "none"
        if met is None or not plain or not box.text.strip():
            draw(stream, box, offset, overflow, ellipsis)
            return
        if met.steps is None:
            layout.reactivate(style)
            heard = _Heard(stream, met.memory)
            try:
                draw_line(heard, box, overflow, ellipsis, _NOWHERE)
                met.steps = heard.kept()
            except Unkept:
                met.steps = False
            layout.deactivate()
        if not isinstance(met.steps, Steps) or not _fits(met.steps, stream._fonts):
            draw(stream, box, offset, overflow, ellipsis)
            return
        stream.set_color(style["color"])
        stream.begin_text()
        stream.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
        for name, *values in met.steps.steps:
            getattr(stream, name)(*values)
        stream.end_text()

    return draw_text


class _Nowhere:
    values = (1, 0, 0, -1, 0, 0)


_NOWHERE = _Nowhere()


def _fits(steps: Steps, fonts: Mapping[Any, Any]) -> bool:
    """Whether a PDF's fonts have, or take, the glyphs of a line as it was drawn: each as wide as there. They then have them."""
    for key, glyphs in steps.glyphs:
        font = fonts.get(key)
        if font is None:
            return False
        widths, texts = font.widths, font.to_unicode
        for glyph, width, text in glyphs:
            if widths.setdefault(glyph, width) != width:
                return False
            if glyph not in texts:
                texts[glyph] = text
    return True
