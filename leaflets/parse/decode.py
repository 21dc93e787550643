"""Bytes to text: encodings, line ends and control characters."""

import re

from leaflets.problems import Checked, Ledger, Span

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ue000-\uf8ff\ufffe\uffff\ufffc\ufffd]")
_INVISIBLE = re.compile(r"[\u2060\ufeff\u00ad\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_PASTED = re.compile(f"\u200b|{_INVISIBLE.pattern}")
"""Letters that come along when text is pasted. A catalog may hold U+200B: Khmer, Lao and Burmese lines break there."""
UNPRINTABLE = re.compile(f"{_CONTROL.pattern}|{_INVISIBLE.pattern}")
"""A letter that no text may hold."""


def decode(content: bytes, path: str) -> Checked[str | None]:
    """Return a text file's text with `\\n` line ends, or None where it is not UTF-8 text."""
    ledger = Ledger()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refused(ledger, "the file is UTF-16", Span(path, 1, 1))
    if content.startswith(b"\xef\xbb\xbf"):
        ledger.add("F03", "the file starts with a byte order mark", Span(path, 1, 1), "save it as UTF-8 without BOM")
        content = content[3:]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = len(content[content.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
        byte = content[error.start]
        return _refused(ledger, f"the byte 0x{byte:02X} is not UTF-8", Span(path, line, column))
    if "\r" in text:
        ledger.add("F05", "the file has Windows line ends", Span(path, 1, 1), "save it with Unix line ends (LF)")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    invisible = _INVISIBLE if path.endswith(".po") else _PASTED
    for pattern, told in ((_CONTROL, "a control character"), (invisible, "an invisible character")):
        if match := pattern.search(text):
            at = match.start()
            span = Span(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
            name = "a NUL byte" if match[0] == "\0" else f"{told} (U+{ord(match[0]):04X})"
            ledger.add("F04", f"the file holds {name}", span, "delete it; it may have come along when text was pasted")
            return Checked(None, tuple(ledger))
    return Checked(text, tuple(ledger))


def _refused(ledger: Ledger, told: str, span: Span) -> Checked[str | None]:
    ledger.add("F02", told, span, "save the file as UTF-8")
    return Checked(None, tuple(ledger))
