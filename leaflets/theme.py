"""The look of a clinic: its colours, tone and paper as CSS, and every contrast of them measured.

The formulas are those of WCAG 2.2 (relative luminance, contrast ratio); what they have to come to is L6 of the leaflet standard. A style
sheet of the workspace never names a colour: it says `var(--deep)`, and the theme says which colour that is.
"""

import colorsys
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from leaflets.model import COLOURS, EditionKind, Theme
from leaflets.problems import Problem

SHEET = "theme.yaml"
"""The name under which an edition has the theme as a style sheet, the first of all, so that any other one can change what it sets."""


@dataclass(frozen=True, slots=True)
class Tone:
    """How heavy a page is: the radius of corners, the weights of lines as CSS lengths, and whether areas are filled."""

    corner: str
    hair: str
    thin: str
    thick: str
    bar: str
    fills: bool = True


TONES: Mapping[str, Tone] = {
    "clear": Tone("0", ".75pt", "1.5pt", "3pt", "6pt"),
    "soft": Tone("4pt", ".75pt", "1pt", "2pt", "4pt"),
    "sparing": Tone("0", ".75pt", "1pt", "2pt", "3pt", fills=False),
}
"""The tones of a page. No line is thinner than .75 pt, so that a photocopy keeps it."""
_FILLED = {"fill": "deep", "fill_line": "fill", "on_fill": "on_deep", "fill_alert": "alert", "on_alert": "on_deep"}
_UNFILLED = dict.fromkeys(("tint", "wash", "fill", "fill_alert"), "paper") | {"fill_line": "deep", "on_fill": "deep", "on_alert": "alert"}
"""The tokens that follow another one: what is filled with a dark colour, the line around it, what stands on it; and without fills."""
_NIGHT = {
    "ink": "#e8eaed",
    "quiet": "#bcc5ce",
    "on_deep": "#12171c",
    "wash": "#1a2129",
    "rule": "#45525e",
    "edge": "#8f9daa",
    "paper": "#12171c",
}
"""The colours of a page in the dark that are no clinic's own."""
_ON_FILL = "#ffffff"
"""What stands on a fill in the dark: as light as on paper, so that pictograms are the same."""
SIZES = {
    "a4": {"portrait": "A4", "landscape": "A4 landscape", "folded": "A5"},
    "letter": {"portrait": "letter", "landscape": "letter landscape", "folded": "5.5in 8.5in"},
}
"""The size of a page on each paper, upright, lying and folded once, as CSS (CSS Paged Media 3, 7.1; ISO 216; ANSI/ASME Y14.1)."""


# ---------------------------------------------------------------- CSS


def css(theme: Theme, kind: EditionKind | None = None) -> str:
    """Return the style sheet of a theme for an edition: its tokens as custom properties of the root, on paper also the size of the sheet,
    on a screen (which a page that is no leaflet is for, too) also the tokens in the dark.

    A token that follows another one does so by `var()`: where a style sheet changes the one, the other goes along.
    """
    tone = TONES[theme.tone]
    follows = _follows(theme, kind)
    values = {name: colour for name, colour in theme.colours.items() if name not in follows}
    values |= {name: f"var(--{_token(other)})" for name, other in follows.items()}
    values |= {"corner": tone.corner, "hair": tone.hair, "thin": tone.thin, "thick": tone.thick, "bar": tone.bar}
    if kind and kind.format == "pdf":
        return f"{_root(values)}\n@page {{ size: {SIZES[theme.paper][kind.orientation]} }}\n"
    return f"{_root(values)}\n@media screen and (prefers-color-scheme: dark) {{ {_root(dark(theme))} }}\n"


def _root(values: Mapping[str, str]) -> str:
    return f":root {{ {'; '.join(f'--{_token(name)}: {value}' for name, value in values.items())} }}"


def _token(name: str) -> str:
    return name.replace("_", "-")


def _follows(theme: Theme, kind: EditionKind | None) -> Mapping[str, str]:
    """Return what follows what. A screen needs no toner: there everything is filled."""
    return _UNFILLED if kind and kind.format == "pdf" and not TONES[theme.tone].fills else _FILLED


def colours(theme: Theme, kind: EditionKind | None = None) -> dict[str, str]:
    """Return each token of colour with the colour that an edition has for it, `#rrggbb`, those that follow others too."""
    follows = _follows(theme, kind)
    return {**theme.colours, **{name: theme.colours[follows.get(other, other)] for name, other in follows.items()}}


def paints(theme: Theme, kind: EditionKind) -> dict[str, str]:
    """Return what drawings inside a page are painted with, by token: on paper the colour, because the renderer's drawings know no
    `var()`; on a screen the custom property, so that they change with the page.
    """
    found = colours(theme, kind)
    return found if kind.format == "pdf" else {name: f"var(--{_token(name)})" for name in found}


_MEANT = re.compile("|".join(colour for name, colour in COLOURS.items() if name not in ("on_deep", "paper")), re.IGNORECASE)
"""The colours that mean something in a drawing; white is white."""


def painted(drawing: bytes, theme: Theme, kind: EditionKind) -> bytes:
    """Return a drawing (SVG, UTF-8) in the colours of an edition. It was drawn in those that the program brings (`COLOURS`), so that
    whoever draws sees it as it will be printed; any other colour stays.
    """
    names, found = {colour: name for name, colour in COLOURS.items()}, colours(theme, kind)
    return _MEANT.sub(lambda match: found[names[match[0].lower()]], drawing.decode()).encode()


def dark(theme: Theme) -> dict[str, str]:
    """Return the colours of a page in the dark: the clinic's own two as light as letters need it there, fills as dark as the white letters
    on them need it, in the same hue; all others are the same for everybody.
    """
    night = _NIGHT | {name: _seen(theme.colours[name], _NIGHT["wash"], range(100)) for name in ("deep", "alert")}
    night["tint"] = _mixed(night["deep"], night["paper"], 0.12)
    lightest = (10, 5, *range(0, -100, -1))
    night |= {name: _seen(theme.colours[other], _ON_FILL, lightest) for name, other in (("fill", "deep"), ("fill_alert", "alert"))}
    return night | {"fill_line": night["fill"], "on_fill": _ON_FILL, "on_alert": _ON_FILL}


def _mixed(one: str, other: str, part: float) -> str:
    """Return a colour that has so much of `one` and the rest of `other`."""
    return _colour(part * a + (1 - part) * b for a, b in zip(_channels(one), _channels(other), strict=True))


def _seen(colour: str, other: str, steps: Iterable[int]) -> str:
    """Return a colour in its hue that is seen well with another, 7:1: the first that is, by steps of a hundredth of lightness (HLS)."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    tried = (_colour(colorsys.hls_to_rgb(hue, min(max(lightness + step / 100, 0), 1), saturation)) for step in steps)
    return next((one for one in tried if contrast(one, other) >= 7), colour)


def _colour(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(255 * value):02x}" for value in channels)


@dataclass(frozen=True, slots=True)
class Shade:
    """One colour to look at: its token, itself and its grey as `#rrggbb`, its contrast with the paper."""

    name: str
    colour: str
    grey: str
    contrast: float


def palette(theme: Theme) -> tuple[Shade, ...]:
    """Return the colours of a theme, in its order; contrasts are cut to one decimal."""
    paper = theme.colours["paper"]
    return tuple(Shade(name, colour, grey(colour), int(10 * contrast(colour, paper)) / 10) for name, colour in theme.colours.items())


# ---------------------------------------------------------------- contrast


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour `#rrggbb`, from 0 (black) to 1 (white).

    Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance.
    """
    red, green, blue = (_linear(value) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb`, from 1 to 21. Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def grey(colour: str) -> str:
    """Return the grey, `#rrggbb`, that a printer without colour makes of a colour (luma of Recommendation ITU-R BT.601)."""
    red, green, blue = _channels(colour)
    value = round(255 * (0.299 * red + 0.587 * green + 0.114 * blue))
    return f"#{value:02x}{value:02x}{value:02x}"


def blackness(colour: str) -> float:
    """Return how much of an area of this colour is covered with black on a printer without colour, in percent."""
    return 100 * (1 - _channels(grey(colour))[0])


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands on what, and the contrast it needs: WCAG 2.2, 1.4.3 and 1.4.6 for text, 1.4.11 for lines and figures."""

    front: str
    back: str
    needed: float


PAIRS = (
    *(Pair("ink", back, 7) for back in ("paper", "tint", "wash")),
    Pair("quiet", "paper", 7),
    *(Pair("quiet", back, 4.5) for back in ("tint", "wash")),
    *(Pair(front, back, 4.5) for front in ("deep", "alert") for back in ("paper", "tint", "wash")),
    *(Pair("on_deep", back, 4.5) for back in ("deep", "alert")),
    *(Pair("edge", back, 3) for back in ("paper", "tint", "wash")),
)
"""All that is set on anything: 7:1 for running text, 4.5:1 for headings and other text, 3:1 for lines that mean something (L6)."""
DARK = {"ink": 60, "quiet": 60, "deep": 60, "alert": 60, "edge": 40}
"""Percent of black that a colour must at least come to on a printer without colour: less is a pattern of dots, and letters fray (ours)."""
LIGHT = {"tint": 15, "wash": 15}
"""Percent of black that a fill may at most come to there: more is a pattern of dots that disturbs the letters on it (ours)."""


def check(theme: Theme) -> Iterator[Problem]:
    """Yield each pair of colours that is too much alike, in colour or in grey (L6), and each colour that a printer without colour makes
    too light or too dark (L6a), with the place of the colour to change, what was measured and what is needed.
    """
    for pair in PAIRS:
        yield from _too_alike(theme, pair)
    for name, least in DARK.items():
        if (black := blackness(theme.colours[name])) < least:
            told = f"without colour, `{name}` ({theme.colours[name]}) is {black:.0f}% black; letters and lines need {least}%"
            yield Problem("L6a", told, theme.places[name], "make it darker")
    for name, most in LIGHT.items() if TONES[theme.tone].fills else ():
        if (black := blackness(theme.colours[name])) > most:
            told = f"without colour, `{name}` ({theme.colours[name]}) is {black:.0f}% black; {most}% is the most behind letters"
            yield Problem("L6a", told, theme.places[name], "make it lighter, or choose the tone `sparing`, which fills nothing")


def _too_alike(theme: Theme, pair: Pair) -> Iterator[Problem]:
    front, back = theme.colours[pair.front], theme.colours[pair.back]
    measured, in_grey = contrast(front, back), contrast(grey(front), grey(back))
    if min(measured, in_grey) >= pair.needed:
        return
    where = "" if measured < pair.needed else " without colour"
    # cut, not rounded: 4.496 is no 4.5
    ratio = int(100 * (measured if measured < pair.needed else in_grey)) / 100
    told = f"`{pair.front}` ({front}) on `{pair.back}` ({back}) has a contrast of {ratio:g}:1{where}; {pair.needed:g}:1 is needed"
    other = theme.colours["paper"] if pair.back in ("tint", "wash") else back
    wrong = pair.back if pair.back in ("tint", "wash") and contrast(front, other) >= pair.needed else pair.front
    darker = luminance(theme.colours[wrong]) < luminance(back if wrong == pair.front else front)
    yield Problem("L6", told, theme.places[wrong], f"make `{wrong}` {'darker' if darker else 'lighter'}")
