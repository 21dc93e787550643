"""Lines of text that were broken before: the same words in the same type and width break at the same place.

WeasyPrint asks Pango anew for each line, also where a page is laid out a second time, and where a paragraph comes again in the leaflet of
another reader. What it gets is a handful of numbers and the text of the line (the layout itself is let go of until it is drawn), so that
they can be kept: another reader's leaflet takes a quarter less time (docs/developers.md, Speed), and not one byte differs.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any
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


class Lines:
    """WeasyPrint's `split_first_line` with a memory, called as that is. Fonts are the configuration's, and so is the memory."""

    def __init__(self, split: Callable[..., Line], most: int = MOST) -> None:
        self.split = split
        self.most = most
        self.kept: WeakKeyDictionary[Any, OrderedDict[tuple[Any, ...], Line]] = WeakKeyDictionary()

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
        kept = self.kept.get(style.font_config)
        if kept is None:
            kept = self.kept[style.font_config] = OrderedDict()
        key = (text, max_width, justification_spacing, is_line_start, minimum, *[style[aspect] for aspect in ASPECTS])
        try:
            line = kept.get(key)
        except TypeError:  # a set: lines above or below the text
            return self.split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        if line is None:
            line = self.split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
            kept[key] = line
            if len(kept) > self.most:
                kept.popitem(last=False)
        return _copied(line[0]), *line[1:]

    def forget(self) -> None:
        """Forget all lines: what is measured afterwards is the time of a leaflet like no other."""
        self.kept.clear()


def _copied(layout: Any) -> Any:
    """Return a layout of its own for the one who draws it: a few numbers and the text. `copy.copy` takes four times as long."""
    twin = object.__new__(type(layout))
    twin.__dict__.update(layout.__dict__)
    return twin
