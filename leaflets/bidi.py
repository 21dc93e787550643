"""Text for the two ways a line can run. Pure functions on strings; nothing here knows a renderer.

In a line that runs from right to left, a run of Latin words, a telephone number or an address falls apart where a space or a sign
stands in it: `020 8438 0700` is drawn as `0700 8438 020`. An isolate (Unicode Standard Annex 9, U+2066 to U+2069) holds it together,
and keeps it from pulling the numbers beside it along. Numbers alone are left as they are: a range begins at the right there, as
reading does.
"""

import re
import unicodedata
from collections.abc import Callable
from html import escape, unescape

LEFT_TO_RIGHT, OWN_WAY, END = "\u2066", "\u2068", "\u2069"
JOINER = "\u2060"

_LETTER = "A-Za-z\u00aa\u00ba\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1fff"
_SIGN = rf"._~:/?#@!$&'*+,;=%\u2010\u2011\u2013’{JOINER}-"
_GAP = "[ \u00a0]"
_NUMBER = rf"[0-9](?:[0-9{_SIGN}]*[0-9%])?"
_LATIN = rf"(?=[0-9{_SIGN}]*[{_LETTER}])[0-9{_LETTER}](?:[0-9{_LETTER}{_SIGN}]*[0-9{_LETTER}/+%])?"
_WORD = rf"(?:(?<![0-9{_LETTER}])[a-z]+{_GAP}{_NUMBER}|{_LATIN})"
_RUN = rf"(?:{_NUMBER}{_GAP}(?=[a-z]))?{_WORD}(?:{_GAP}(?:{_WORD}|{_NUMBER}(?={_GAP}[a-z])|&|\({_WORD}(?:{_GAP}{_WORD})*\)))*"
_TELEPHONE = r"(?<![0-9])(?:\+[0-9]|\(?0|[0-9])(?:[0-9]|[ \u00a0()-]+(?=[0-9(])){6,}(?<=[0-9])"
_APART = re.compile(f"(?P<done>[\u2066-\u2068][^\u2069]*\u2069)|(?P<telephone>{_TELEPHONE})|(?P<run>{_RUN})")
_PART = re.compile(r"(<(head|style|script|svg)\b.*?</\2>|<[^>]*>)", re.DOTALL)
_HANGUL = re.compile("(?<=[\uac00-\ud7a3])(?=[\uac00-\ud7a3])")


def isolate(text: str) -> str:
    """Return a text of a right-to-left language with its Latin words, addresses and telephone numbers held together.

    Done twice it is as done once. Each run is isolated by itself, so that a number beside it keeps its place in the sentence.
    """
    return _APART.sub(_isolated, text)


def _isolated(match: re.Match[str]) -> str:
    found = match[0]
    if match["done"] or (match["telephone"] and not re.search(f"{_GAP}|^\\+|\\(", found)):
        return found
    return f"{LEFT_TO_RIGHT}{found}{END}"


def apart(text: str, direction: str) -> str:
    """Return a text from outside, such as a name or a place, that keeps its own direction and changes none around it.

    An isolate that takes the direction of its first letter (U+2068; a text of digits alone runs from left to right). In a line that
    runs from left to right a text without a letter that runs the other way needs none.
    """
    leftward = [unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text]
    if direction == "ltr" and not any(leftward):
        return text
    strong = next((letter for letter in text if unicodedata.bidirectional(letter) in ("L", "R", "AL")), "")
    inner = isolate(text) if unicodedata.bidirectional(strong or "0") in ("R", "AL") else text
    return f"{OWN_WAY}{inner}{END}"


def keep_words(text: str) -> str:
    """Return a Korean text whose lines break between words only: a word joiner between the syllables of each word.

    WeasyPrint 70 does not know `word-break: keep-all`, and Unicode allows a line to break after any syllable.
    """
    return _HANGUL.sub(JOINER, text)


def in_html(html: str, change: Callable[[str], str]) -> str:
    """Return HTML with each of its text nodes changed; what stands in tags, in the head, in styles and drawings stays."""
    parts = _PART.split(html)
    texts = (escape(change(unescape(text)), quote=False) if text else "" for text in parts[::3])
    return "".join(f"{text}{markup}" for text, markup in zip(texts, [*parts[1::3], ""], strict=True))
