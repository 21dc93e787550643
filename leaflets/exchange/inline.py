"""What of a text a translator's tool must not change: braces, bold, links, line ends. Each becomes a mark, the rest stays letters.

The pieces of a text, joined, are the text (tests/test_xliff.py): so what comes back is read by joining it, and a translator may also
type a brace, such as `{term hsct|inflected}`, where the text has a mark.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from leaflets import facts
from leaflets.model import Workspace

Role = Literal["alone", "open", "close"]
ILLEGAL = "\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff"
"""Letters that XML cannot hold, or that its readers change (a carriage return)."""
_LINK_END = r"\]\((?:[^()\n]|\([^()\n]*\))*\)"
_RUNNING = re.compile(
    rf"(?P<escape>\\[!-/:-@\[-`{{-~])|(?P<line>\\\n)|(?P<brace>\{{[^{{}}\n{ILLEGAL}]*\}})|(?P<bold>\*\*)"
    rf"|(?P<open>\[)|(?P<close>{_LINK_END})|(?P<control>[{ILLEGAL}])"
)
_SMALL = re.compile(rf"(?P<brace>\{{\w+\}})|(?P<control>[{ILLEGAL}])")


@dataclass(frozen=True, slots=True)
class Mark:
    """A protected piece: `code` is how it is written, `kind` what it is. Both halves of a pair have one number and one key."""

    code: str
    kind: str
    role: Role
    number: int = 0
    key: str = ""


Piece = str | Mark


def pieces(text: str, running: bool) -> tuple[Piece, ...]:
    """Return a text as letters and marks, numbered from 1. `running` text has bold, links and braces; a small one names alone."""
    found = _scanned(text, running)
    partners = dict(_pairs(found))
    numbers: dict[int, int] = {}
    joined: list[Piece] = []
    for index, (kind, code) in enumerate(found):
        role: Role | None = "alone" if kind in ("brace", "line", "control") else None
        if index in partners:
            role = "open" if partners[index] > index else "close"
        if role is None:
            joined[-1:] = [joined[-1] + code] if joined and isinstance(joined[-1], str) else [*joined[-1:], code]
            continue
        first = min(index, partners.get(index, index))
        number = numbers.setdefault(first, len(numbers) + 1)
        key = code if role == "alone" else found[first][1] + found[partners[first]][1]
        joined.append(Mark(code, _kind(kind, code, running), role, number, key))
    return tuple(joined)


def _scanned(text: str, running: bool) -> list[tuple[str, str]]:
    """Return a text cut where something protected may stand: what it may be, and how it is written."""
    found, end = [], 0
    for match in (_RUNNING if running else _SMALL).finditer(text):
        found += [("", text[end : match.start()])] if match.start() > end else []
        found.append((match.lastgroup or "", match[0]))
        end = match.end()
    return [*found, ("", text[end:])] if end < len(text) else found


def _pairs(found: list[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """Yield which halves of bold and links belong together, both ways. What has no partner, or crosses another, is letters."""
    links = dict(_links(found))
    both = links | {close: start for start, close in links.items()}
    open_now: list[int] = []
    for index, (kind, _) in enumerate(found):
        if index in links:
            open_now.append(index)
        elif index in both:
            del open_now[open_now.index(both[index]) :]
        elif kind == "bold" and open_now and found[open_now[-1]][0] == "bold":
            start = open_now.pop()
            both |= {start: index, index: start}
        elif kind == "bold" and not any(found[one][0] == "bold" for one in open_now):
            open_now.append(index)
    yield from both.items()


def _links(found: list[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """Yield where each link begins and ends."""
    waiting: list[int] = []
    for index, (kind, _) in enumerate(found):
        if kind == "open":
            waiting.append(index)
        elif kind == "close" and waiting:
            yield waiting.pop(), index


def _kind(kind: str, code: str, running: bool) -> str:
    """Return what a mark is: the first word of its brace, where there is one."""
    if kind in ("open", "close"):
        return "link"
    if kind != "brace":
        return kind
    word = re.match(r"\{([a-z]+)[ }|]", code)
    return word[1] if running and word else "name"


def aligned(text: Iterable[Piece], translation: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces of a translation with the numbers that the same marks have in the text.

    A mark of the same subject counts as the same: a word of the glossary, inflected; a fact in another form.
    """
    free = [piece for piece in text if isinstance(piece, Mark) and piece.role != "close"]
    after = tuple(translation)
    last = max((mark.number for mark in free), default=0)
    numbers: dict[int, int] = {}
    for alike in (lambda mark: mark.key, _subject):
        for mark in _starts(after):
            same = next((one for one in free if one.role == mark.role and alike(one) == alike(mark)), None)
            if mark.number not in numbers and same:
                numbers[mark.number] = same.number
                free.remove(same)
    for mark in _starts(after):
        if mark.number not in numbers:
            last += 1
            numbers[mark.number] = last
    return tuple(piece if isinstance(piece, str) else replace(piece, number=numbers[piece.number]) for piece in after)


def _starts(found: Iterable[Piece]) -> Iterator[Mark]:
    return (piece for piece in found if isinstance(piece, Mark) and piece.role != "close")


def _subject(mark: Mark) -> str:
    """Return what a mark is about: `{fact x short}` and `{fact x}` are about one thing."""
    return " ".join(mark.code.strip("{}").split("|")[0].split()[:2]) if mark.kind in ("fact", "term") else mark.key


# ---------------------------------------------------------------- what a mark stands for


class Meanings:
    """Says what marks stand for, in the language the texts are written in."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.voice = facts.Voice(workspace.language)
        self.known: dict[str, str] = {}

    def of(self, mark: Mark) -> str:
        """Return what a mark stands for; for one that stands for nothing known, how it is written."""
        if mark.role != "alone":
            return "bold" if mark.kind == "bold" else "link" if mark.role == "open" else mark.code[2:-1]
        if mark.code not in self.known:
            self.known[mark.code] = printable(self._of(mark) or mark.code)
        return self.known[mark.code]

    def _of(self, mark: Mark) -> str:
        _, _, rest = mark.code.strip("{}").partition(" ")
        match mark.kind:
            case "fact":
                return self._fact(*rest.split())
            case "term":
                name, _, text = rest.partition("|")
                known = self.workspace.terms.get(name.strip())
                return text.strip() or (known.term if known else "")
            case "cite":
                return f"[{rest}]"
            case "clinic":
                return self.workspace.clinic.details.get(rest, "")
            case "plain":
                return rest
            case "line":
                return "line end"
            case _:
                return ""

    def _fact(self, name: str = "", form: str = "words", *_: str) -> str:
        fact = self.workspace.facts.get(name)
        try:
            return facts.words(fact, form, self.voice) if fact else ""
        except KeyError:
            return ""


def printable(text: str) -> str:
    """Return a text that XML can hold: `U+0008` in place of a letter that it cannot."""
    return re.sub(f"[{ILLEGAL}]", lambda match: f"U+{ord(match[0]):04X}", text)
