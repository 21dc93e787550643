"""Rows as XLIFF, 1.2 and 2.0, and back. The only room for translate-toolkit and lxml.

translate-toolkit reads: its safe parser every file, its store the units of 1.x. The rest is lxml, which it brings: its inline elements
have no display text and lose their attributes, and its XLIFF 2 puts notes where the schema forbids them and knows neither `<ph>`
nor `<pc>` nor `<ignorable>`. Tests hold what is written against both schemas and read it back with translate-toolkit.

A mark crosses as it is written (`<ph>{fact x}</ph>`, or `<data>` in XLIFF 2) with what it stands for beside it, so that a tool
shows a tag, and what comes back is text again. What our catalogs know and XLIFF has no place for is in a context group or metadata.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from lxml import etree
from translate.misc.xml_helpers import parse_xml
from translate.storage.xliff import Xliff1File

from leaflets import __version__
from leaflets.exchange.inline import ILLEGAL, Mark, Meanings, Piece, aligned, pieces, printable
from leaflets.exchange.rows import STATUSES, Row, texts
from leaflets.model import State, Workspace
from leaflets.parse.decode import UNPRINTABLE
from leaflets.problems import Checked, Problem, Span
from leaflets.translate import Book

Version = Literal["1.2", "2.0"]
LIMIT = 20_000_000
"""Bytes a file may have: about ten times the longest we write."""
OURS = "leaflets"
_ONE, _TWO, _META = (f"urn:oasis:names:tc:xliff:{name}" for name in ("document:1.2", "document:2.0", "metadata:2.0"))
_SPACE, _LANG = (f"{{http://www.w3.org/XML/1998/namespace}}{name}" for name in ("space", "lang"))
_COMMENT, _PLACE, _OWN = f"{OURS}-comment", f"{OURS}-place", f"x-{OURS}-"
_GUIDE = (
    "Tags stand for numbers, words of a glossary, sources and addresses; each belongs in the translation as often as in the text, "
    "in any order. Where a word of the glossary must be inflected, put {term NAME|inflected word} in place of its tag."
)
_LEAVES = frozenset({"source", "target", "note", "context", "meta", "data"})
_CONTROL = re.compile(r"U\+([0-9A-F]{4})")

_STATE_ONE: Mapping[str, dict[str, str]] = {
    "missing": {"state": "needs-translation"},
    "stale": {"state": "needs-translation", "state-qualifier": "fuzzy-match"},
    "machine": {"state": "needs-review-translation", "state-qualifier": "mt-suggestion"},
    "translated": {"state": "translated"},
    "revised": {"state": "signed-off"},
}
_STATE_TWO: Mapping[str, dict[str, str]] = {
    "missing": {"state": "initial", "subState": f"{OURS}:missing"},
    "stale": {"state": "initial", "subState": f"{OURS}:stale"},
    "machine": {"state": "initial", "subState": f"{OURS}:machine"},
    "translated": {"state": "translated"},
    "revised": {"state": "reviewed"},
}
_SAID_ONE = {"translated": "translated", "signed-off": "revised", "final": "revised"}
_SAID_TWO = {"translated": "translated", "reviewed": "revised", "final": "revised"}


# ---------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all rows of a file. `examples` names numbers that take a plural form."""

    source: str
    language: str
    original: str
    forms: int
    examples: Callable[[int], str]
    meanings: Meanings


def job(workspace: Workspace, book: Book, original: str) -> Job:
    """Return what is to know of a language's file; `original` is the catalog it comes from."""

    def examples(form: int) -> str:
        return ", ".join([str(number) for number in range(201) if book.form(number) == form][:4]) or "fractions"

    return Job(workspace.language, book.catalog.language, original, book.catalog.forms, examples, Meanings(workspace))


def write(rows: Iterable[Row], job: Job, version: Version) -> str:
    """Return an XLIFF file. The same rows give the same text."""
    writer = _One(job) if version == "1.2" else _Two(job)
    for row in rows:
        writer.add(row)
    _indented(writer.root)
    text: str = etree.tostring(writer.root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _indented(element: Any, depth: int = 0) -> None:
    """Put each element on a line of its own, but those within texts."""
    if not len(element) or etree.QName(element).localname in _LEAVES:
        return
    element.text = "\n" + "  " * (depth + 1)
    for child in element:
        _indented(child, depth + 1)
        child.tail = element.text
    element[-1].tail = "\n" + "  " * depth


def _meta(row: Row) -> dict[str, str]:
    """Return what has no place of its own in XLIFF, by name; nothing for what is empty."""
    many = {"text": row.text, "plural": row.plural} if row.plural else {}
    before = {"previous-context": row.previous[0], "previous-text": row.previous[1]}
    found = {
        "context": row.context,
        "status": row.was,
        "state": row.own or "",
        "digest": row.digest,
        **before,
        "comment": row.comment,
        **many,
    }
    return {name: printable(text) for name, text in found.items() if text}


@dataclass(slots=True)
class _Writer:
    job: Job
    root: Any = field(init=False)
    body: Any = field(init=False)

    def add(self, row: Row) -> None:
        """Write a row: one unit, or a group with one for each plural form."""
        parent = self.body if not row.plural else self.group(row)
        sources = texts(row.unit, self.job.forms)
        for form, source in enumerate(sources):
            before = pieces(source, row.unit.running)
            after = aligned(before, pieces(row.said[form], row.unit.running)) if form < len(row.said) else ()
            told = (f"Plural form {form + 1} of {len(sources)}, for numbers such as {self.job.examples(form)}.",) if row.plural else ()
            one = replace(row, id=f"{row.id}.{form}" if row.plural else row.id, notes=(*told, *row.notes))
            self.unit(parent, one, before, after)

    def group(self, row: Row) -> Any:
        """Open a group of plural forms."""
        raise NotImplementedError

    def unit(self, parent: Any, row: Row, before: tuple[Piece, ...], after: tuple[Piece, ...]) -> None:
        """Write one unit."""
        raise NotImplementedError


def _sub(parent: Any, tag: str, text: str = "", /, **attributes: str) -> Any:
    """Add an element of the parent's own namespace."""
    element = etree.SubElement(
        parent, f"{{{etree.QName(parent).namespace}}}{tag}", {key.replace("_", "-"): it for key, it in attributes.items()}
    )
    element.text = printable(text) or None
    return element


def _letters(element: Any, text: str) -> None:
    """Add letters behind what an element holds already."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


@dataclass(slots=True)
class _One(_Writer):
    """Writes XLIFF 1.2, strict."""

    def __post_init__(self) -> None:
        self.root = etree.Element(f"{{{_ONE}}}xliff", {"version": "1.2"}, nsmap={None: _ONE})
        file = _sub(self.root, "file", original=self.job.original, datatype="plaintext")
        file.attrib.update({"source-language": self.job.source, "target-language": self.job.language, "tool-id": OURS})
        header = _sub(file, "header")
        _sub(header, "tool", tool_id=OURS, tool_name=OURS, tool_version=__version__)
        _sub(header, "note", _GUIDE, **{"from": OURS})
        self.body = _sub(file, "body")

    def group(self, row: Row) -> Any:
        return _sub(self.body, "group", id=row.id, restype="x-gettext-plurals")

    def unit(self, parent: Any, row: Row, before: tuple[Piece, ...], after: tuple[Piece, ...]) -> None:
        unit = _sub(
            parent, "trans-unit", id=row.id, resname=printable(row.context), **({"approved": "yes"} if row.status == "revised" else {})
        )
        unit.set(_SPACE, "preserve")
        self.fill(_sub(unit, "source"), before)
        target = _sub(unit, "target")
        target.attrib.update(_STATE_ONE[row.status])
        self.fill(target, after)
        ours = _sub(unit, "context-group", purpose="information")
        for name, text in _meta(row).items():
            _sub(ours, "context", text, context_type=f"{_OWN}{name}")
        for place in row.places:
            _sub(_sub(unit, "context-group", purpose="location"), "context", place, context_type="sourcefile")
        for note in row.notes:
            _sub(unit, "note", note, **{"from": OURS})
        if row.comment:
            _sub(unit, "note", row.comment, **{"from": _COMMENT})

    def fill(self, element: Any, found: Iterable[Piece]) -> None:
        """Write a text: `<ph>`, and `<bpt>` with its `<ept>`."""
        for piece in found:
            if isinstance(piece, str):
                _letters(element, piece)
                continue
            number = str(piece.number)
            name = {"alone": "ph", "open": "bpt", "close": "ept"}[piece.role]
            inline = _sub(element, name, piece.code, id=number)
            if piece.role != "alone":
                inline.set("rid", number)
            if piece.role != "close":
                inline.set("ctype", {"line": "lb", "bold": "bold", "link": "link"}.get(piece.kind, f"x-{piece.kind}"))
            inline.set("equiv-text", self.job.meanings.of(piece))


@dataclass(slots=True)
class _Two(_Writer):
    """Writes XLIFF 2.0, with its metadata module."""

    def __post_init__(self) -> None:
        self.root = etree.Element(f"{{{_TWO}}}xliff", {"version": "2.0"}, nsmap={None: _TWO, "mda": _META})
        self.root.attrib.update({"srcLang": self.job.source, "trgLang": self.job.language})
        self.body = _sub(self.root, "file", id=OURS, original=self.job.original, canResegment="no")
        self.body.set(_SPACE, "preserve")
        _sub(_sub(self.body, "notes"), "note", _GUIDE, category=OURS)

    def group(self, row: Row) -> Any:
        return _sub(self.body, "group", id=row.id, type=f"{OURS}:plural")

    def unit(self, parent: Any, row: Row, before: tuple[Piece, ...], after: tuple[Piece, ...]) -> None:
        unit = _sub(parent, "unit", id=row.id, name=printable(row.context))
        ours = etree.SubElement(etree.SubElement(unit, f"{{{_META}}}metadata"), f"{{{_META}}}metaGroup", {"category": OURS})
        for name, text in _meta(row).items():
            _sub(ours, "meta", text, type=name)
        self.notes(unit, row)
        codes = dict.fromkeys(piece.code for piece in (*before, *after) if isinstance(piece, Mark))
        data = {code: f"d{number}" for number, code in enumerate(codes, 1)}
        original = _sub(unit, "originalData") if data else None
        for code, name in data.items():
            _sub(original, "data", code, id=name)
        segment = _sub(unit, "segment")
        segment.attrib.update(_STATE_TWO[row.status])
        self.fill(_sub(segment, "source"), before, data)
        if row.status != "missing":
            self.fill(_sub(segment, "target"), after, data)

    def notes(self, unit: Any, row: Row) -> None:
        """Write what helps a translator."""
        found = (
            [(OURS, note) for note in row.notes] + [(_PLACE, place) for place in row.places] + [(_COMMENT, row.comment)] * bool(row.comment)
        )
        notes = _sub(unit, "notes") if found else None
        for category, note in found:
            _sub(notes, "note", note, category=category)

    def fill(self, element: Any, found: Iterable[Piece], data: Mapping[str, str]) -> None:
        """Write a text: `<ph>` and `<pc>`."""
        for piece in found:
            if isinstance(piece, str):
                _letters(element, piece)
            elif piece.role == "close":
                element.attrib.update({"dataRefEnd": data[piece.code], "dispEnd": self.job.meanings.of(piece)})
                element = element.getparent()
            elif piece.role == "open":
                element = _sub(element, "pc", id=str(piece.number), canCopy="no", canDelete="no")
                bold = {"type": "fmt", "subType": "xlf:b"} if piece.kind == "bold" else {"type": "link"}
                element.attrib.update({**bold, "dataRefStart": data[piece.code], "dispStart": self.job.meanings.of(piece)})
            else:
                self.alone(element, piece, data[piece.code])

    def alone(self, element: Any, mark: Mark, data: str) -> None:
        """Write a mark that is no half of a pair. A word of the glossary may be taken out: a translator types it, inflected."""
        shown = self.job.meanings.of(mark)
        may = {"canCopy": "no", "canDelete": "yes" if mark.kind == "term" else "no"}
        line = {"type": "fmt", "subType": "xlf:lb"} if mark.kind == "line" else {"type": "other", "subType": f"{OURS}:{mark.kind}"}
        _sub(element, "ph", id=str(mark.number), equiv=shown, disp=shown, dataRef=data, **may, **line)


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Returned:
    """What a file holds: its language, and rows with what they were when they went out and what they are now."""

    language: str
    version: str
    rows: tuple[Row, ...]
    line: int = 1


@dataclass(frozen=True, slots=True)
class _Part:
    """One unit of a file: a row, or one plural form of it."""

    id: str
    source: str
    said: str
    status: str
    meta: Mapping[str, str]
    notes: tuple[tuple[str, str], ...]
    line: int


def read(content: bytes, path: str) -> Checked[Returned | None]:
    """Read an XLIFF file of either version. What keeps it from being read is a problem with its line; nothing outside of it is opened."""
    if len(content) > LIMIT:
        told = f"the file has {len(content) / 1e6:.0f} MB; {LIMIT / 1e6:.0f} MB is the most that is read"
        return Checked(None, (Problem("F06", told, Span(path), "export fewer texts at a time, with --only"),))
    try:
        root = parse_xml(content)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        place = Span(path, *(getattr(error, "position", None) or (1, 1)))
        return Checked(None, (Problem("T13", f"this is no XML that can be read: {_first_line(error)}", place, _AGAIN),))
    if root.getroottree().docinfo.doctype:
        return Checked(None, (Problem("T13", "the file has a document type (DOCTYPE)", Span(path, 1, 1), "take it out; XLIFF has none"),))
    name = etree.QName(root)
    version = str(root.get("version", ""))
    files = list(_children(root, "file"))
    if name.localname != "xliff" or version not in ("1.0", "1.1", "1.2", "2.0", "2.1", "2.2") or not files:
        told = f"this is no XLIFF 1.2 or 2.0 file, but `{name.localname}` {version}".rstrip()
        return Checked(None, (Problem("T13", told, Span(path, root.sourceline or 1, 1), _AGAIN),))
    parts = _parts_one(content) if version.startswith("1") else _parts_two(root)
    language = files[0].get("target-language") or root.get("trgLang") or ""
    return Checked(Returned(str(language), version, tuple(_joined(parts)), files[0].sourceline or 1))


_AGAIN = "ask for the file again, as XLIFF 1.2 or 2.0"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["?"])[0].partition(", line ")[0]


def _joined(parts: Iterable[_Part]) -> Iterator[Row]:
    """Put the plural forms of a row together again."""
    groups: dict[str, list[_Part]] = {}
    for part in parts:
        groups.setdefault(part.id.partition(".")[0], []).append(part)
    for name, found in groups.items():
        found.sort(key=lambda part: (len(part.id), part.id))
        meta = found[0].meta
        plural = meta.get("plural", "")
        own = meta.get("state")
        said = tuple(part.said for part in found)
        yield Row(
            id=name,
            context=meta.get("context", ""),
            text=meta.get("text", "") if plural else found[0].source,
            plural=plural,
            said=said if any(said) else (),
            status=min((part.status for part in found), key=("", "todo", *STATUSES).index),
            was=meta.get("status", ""),
            own=next((state for state in get_args(State) if state == own), None),
            digest=meta.get("digest", ""),
            previous=(meta.get("previous-context", ""), meta.get("previous-text", "")),
            comment=meta.get("comment", ""),
            sources=tuple(part.source for part in found),
            added=tuple(dict.fromkeys(f"note ({_one_line(who)}): {_one_line(text)}" for part in found for who, text in part.notes)),
            line=found[0].line,
        )


def _one_line(text: str) -> str:
    return " ".join(UNPRINTABLE.sub(" ", text).split())


def _children(element: Any, *names: str) -> Iterator[Any]:
    """Yield the child elements of these names, in whichever namespace."""
    return (child for child in element if isinstance(child.tag, str) and etree.QName(child).localname in names)


def _all_text(element: Any) -> str:
    return "".join(element.itertext())


def _decoded(code: str) -> str:
    """Return a letter that XML cannot hold, from how it crossed; any other code as it is."""
    found = _CONTROL.fullmatch(code)
    return chr(int(found[1], 16)) if found and re.fullmatch(f"[{ILLEGAL}]", chr(int(found[1], 16))) else code


def _strangers(notes: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the notes that are not ours: who wrote each, and what."""
    return tuple((who or "note", text) for who, text in notes if who not in (OURS, _COMMENT, _PLACE) and text.strip())


# ---------------------------------------------------------------- reading 1.2


def _parts_one(content: bytes) -> Iterator[_Part]:
    store: Any = Xliff1File()
    store.parse(content)
    for unit in store.units:
        element, source, target = unit.xmlelement, unit.source_dom, unit.target_dom
        if source is None:
            continue
        codes = _codes_one(source)
        groups = unit.getcontextgroupsbyattribute("purpose", "information")
        yield _Part(
            id=str(element.get("id") or ""),
            source=_text_one(source, codes),
            said=_text_one(target, codes) if target is not None else "",
            status=_status_one(unit.isapproved(), target),
            meta={name.removeprefix(_OWN): str(text or "") for group in groups for name, text in group if str(name).startswith(_OWN)},
            notes=_strangers((note.get("from", ""), _all_text(note)) for note in _children(element, "note")),
            line=element.sourceline or 1,
        )


def _status_one(approved: bool, target: Any) -> str:
    """Return what 1.2 says of a unit. An approved unit without a state is translated."""
    state = "" if target is None else target.get("state", "")
    if state.startswith("needs-review"):
        return "machine"
    if state == "new" or state.startswith("needs-"):
        return "stale" if target.get("state-qualifier") == "fuzzy-match" else "todo"
    return _SAID_ONE.get(state, "translated" if approved and not state else "")


_ROLES_ONE = {"ph": "alone", "x": "alone", "it": "alone", "bpt": "open", "bx": "open", "ept": "close", "ex": "close"}


def _codes_one(source: Any) -> dict[tuple[str, str], str]:
    """Return the codes of a text by role and id: what a tool leaves out in the translation, it has from here."""
    found = ((etree.QName(one).localname, one) for one in source.iter(tag=etree.Element))
    return {(_ROLES_ONE[name], str(one.get("id"))): _decoded(_all_text(one)) for name, one in found if name in _ROLES_ONE}


def _text_one(element: Any, codes: Mapping[tuple[str, str], str]) -> str:
    """Return a text of 1.2 as we write it: letters and codes, joined."""
    said = element.text or ""
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        number = str(child.get("id")) if name else ""
        if name in _ROLES_ONE:
            said += _decoded(_all_text(child)) or codes.get((_ROLES_ONE[name], number), "")
        elif name:
            said += codes.get(("open", number), "") + _text_one(child, codes) + codes.get(("close", number), "") if name == "g" else ""
            said += _text_one(child, codes) if name == "mrk" else ""
        said += child.tail or ""
    return said


# ---------------------------------------------------------------- reading 2


def _parts_two(root: Any) -> Iterator[_Part]:
    for unit in root.iter(f"{{{etree.QName(root).namespace}}}unit"):
        yield _Unit(unit).part()


@dataclass(slots=True)
class _Unit:
    """A unit of XLIFF 2: its codes, and its segments joined."""

    element: Any
    data: dict[str, str] = field(default_factory=dict)
    by_id: dict[tuple[str, str], str] = field(default_factory=dict)

    def part(self) -> _Part:
        """Return it as a part of a row."""
        self.data = {str(one.get("id")): _decoded(_all_text(one)) for held in _children(self.element, "originalData") for one in held}
        pairs = [self.texts(one, place) for place, one in enumerate(_children(self.element, "segment", "ignorable"), 1)]
        done = all(said is not None for _, said, _ in pairs)
        meta = {
            str(one.get("type")): _all_text(one) for one in self.element.iter(f"{{{_META}}}meta") if one.getparent().get("category") == OURS
        }
        notes = ((note.get("category", ""), _all_text(note)) for held in _children(self.element, "notes") for note in held)
        ordered = sorted(pairs, key=lambda pair: pair[2]) if done else []
        return _Part(
            id=str(self.element.get("id") or ""),
            source="".join(source for source, _, _ in pairs),
            said="".join(said or "" for _, said, _ in ordered),
            status=min((_status_two(one) for one in _children(self.element, "segment")), key=("", "todo", *STATUSES).index, default=""),
            meta=meta,
            notes=_strangers(notes),
            line=self.element.sourceline or 1,
        )

    def texts(self, part: Any, place: int) -> tuple[str, str | None, int]:
        """Return source and target of a segment, and where the target stands; what need not be translated is its own target."""
        source, target = (next(_children(part, name), None) for name in ("source", "target"))
        before = self.text(source) if source is not None else ""
        said = self.text(target) if target is not None else before if etree.QName(part).localname == "ignorable" else None
        order = target.get("order", "") if target is not None else ""
        return before, said, int(order) if re.fullmatch(r"[0-9]{1,9}", order) else place

    def text(self, element: Any) -> str:
        """Return a text of XLIFF 2 as we write it: letters and codes, joined."""
        said = element.text or ""
        for child in element:
            name = etree.QName(child).localname if isinstance(child.tag, str) else ""
            number = str(child.get("startRef") or child.get("id")) if name else ""
            if name == "cp":
                said += _character(child.get("hex", ""))
            elif name == "pc":
                said += (
                    self.code("open", number, child.get("dataRefStart"))
                    + self.text(child)
                    + self.code("close", number, child.get("dataRefEnd"))
                )
            elif name in ("ph", "sc", "ec"):
                said += self.code({"ph": "alone", "sc": "open", "ec": "close"}[name], number, child.get("dataRef"))
            elif name == "mrk":
                said += self.text(child)
            said += child.tail or ""
        return said

    def code(self, role: str, number: str, reference: str | None) -> str:
        """Return a code by its reference; where a tool left that out, the code that has its number in the source, which is read first."""
        code = self.data.get(reference or "", "") or self.by_id.get((role, number), "")
        self.by_id.setdefault((role, number), code)
        return code


def _character(digits: str) -> str:
    """Return the letter that a `<cp>` stands for, or nothing."""
    return chr(int(digits, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,5}|10[0-9A-Fa-f]{4}", digits) else ""


def _status_two(segment: Any) -> str:
    """Return what XLIFF 2 says of a segment. Our own status counts only as long as the state that goes with it was left."""
    state, inner = segment.get("state", ""), segment.get("subState", "").removeprefix(f"{OURS}:")
    if state in ("", "initial"):
        return inner if inner in ("stale", "machine") else "todo" if state else ""
    return _SAID_TWO.get(state, "")
