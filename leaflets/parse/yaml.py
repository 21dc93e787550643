"""YAML text to plain data, with the place of every key and value. The only room for PyYAML.

Read as YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema): `no`, `on` and `12:30` are text. Anchors, aliases, tags
and second documents are refused: a clinician does not need them, and they hide where a value comes from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from leaflets.parse.decode import UNPRINTABLE
from leaflets.problems import Checked, Ledger, Problem, Span

Loc: TypeAlias = tuple[str | int, ...]
Data: TypeAlias = Any  # what a YAML text can hold: dict, list, str, int, float, bool, None
_DEEPEST = 20
_HIDDEN = "anchors, aliases and tags (`&`, `*`, `!`) are not read"
_WRITE_OUT = "write the value out, or put it in quotes"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"|~|null|Null|NULL"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]{1,18}"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?"), float),
)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data and where each part of it stands: values by path, keys by path. Path (): the document."""

    path: str
    data: Data
    values: Mapping[Loc, Span] = field(default_factory=dict)
    keys: Mapping[Loc, Span] = field(default_factory=dict)

    def place(self, loc: Loc) -> Span:
        """Return the place of the value at `loc`, or of the nearest thing around it."""
        while loc not in self.values and loc:
            loc = loc[:-1]
        return self.values.get(loc, Span(self.path, 1, 1))

    def key_place(self, loc: Loc) -> Span:
        """Return the place of the key at `loc`, or of the nearest value."""
        return self.keys.get(loc) or self.place(loc)


def load(text: str, path: str, first_line: int = 1) -> Checked[Document | None]:
    """Read one YAML document. `first_line` is the line of `path` on which `text` begins (a section's header)."""
    ledger = Ledger()
    shift = first_line - 1
    if (deep := _too_deep(text)) is not None:
        place = Span(path, deep.line + 1 + shift, deep.column + 1)
        return Checked(None, (Problem("Y06", f"nested more than {_DEEPEST} levels deep", place, "no file of a workspace needs that"),))
    try:
        loader = _LOADER(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        return Checked(None, (_syntax(error, text, path, shift),))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = "nested too deep" if isinstance(error, RecursionError) else str(error)
        return Checked(None, (Problem("Y01", f"this is not YAML: {told}", Span(path, first_line, 1)),))
    if node is None:
        ledger.add("Y05", "there is nothing here", Span(path, first_line, 1), "write the keys this file needs, or remove it")
        return Checked(None, tuple(ledger))
    builder = _Builder(path, shift, ledger, text.splitlines())
    data = builder.build(node, ())
    return Checked(Document(path, data, builder.values, builder.keys), tuple(ledger))


def _too_deep(text: str) -> Any:
    """Return where a text is nested too deep, found before it is composed: composing calls itself in C and would end the process."""
    depth = 0
    try:
        for event in yaml.parse(text, _LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                return event.start_mark
    except yaml.YAMLError:
        pass  # told by what composes it
    return None


def _syntax(error: yaml.MarkedYAMLError, text: str, path: str, shift: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    span = Span(path, line + 1 + shift, column + 1)
    lines = text.splitlines()
    if line >= len(lines):  # what is missing at the end of the file was opened before it
        opened = error.context_mark if error.context_mark and error.context_mark.line < len(lines) else None
        line, column = (opened.line, opened.column) if opened else (max(len(lines) - 1, 0), 0)
        span = Span(path, line + 1 + shift, column + 1)
    around = lines[max(line - 1, 0) : line + 1]
    told = " ".join(part for part in (error.context, error.problem) if part)
    if "\\t" in told or any(re.match(r" *\t", shown) for shown in around):
        at = next((n for n in range(min(line, len(lines) - 1), -1, -1) if re.match(r" *\t", lines[n])), line)
        return Problem("Y02", "a tab indents this line", Span(path, at + 1 + shift, 1), "indent with spaces")
    if "undefined alias" in told:
        return Problem("Y04", _HIDDEN, span, _WRITE_OUT)
    if "expected a single document" in told:
        return Problem("Y01", "a second document begins here", span, "remove the line `---`")
    hint = "look here and in the line above: is every quote and bracket closed, does each key end with `:`, each list item begin with `- `?"
    if "mapping values are not allowed" in told:
        hint = 'put text that holds ": " in quotes, and see that the key before it is indented as its neighbours are'
    elif "expected <block end>" in told or "expected ',' or" in told:
        hint = "see that this line is indented as its neighbours are, and that every bracket and quote is closed"
    elif "cannot start any token" in told:
        hint = "put text that begins with a special character in quotes"
    return Problem("Y01", f"this is not YAML: {told}", span, hint)


@dataclass(slots=True)
class _Builder:
    path: str
    shift: int
    ledger: Ledger
    lines: list[str]
    values: dict[Loc, Span] = field(default_factory=dict)
    keys: dict[Loc, Span] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def span(self, node: yaml.Node) -> Span:
        return Span(self.path, node.start_mark.line + 1 + self.shift, node.start_mark.column + 1)

    def build(self, node: yaml.Node, loc: Loc) -> Data:
        span = self.span(node)
        self.values[loc] = span
        if id(node) in self.seen or self._tagged(node):
            self.ledger.add("Y04", _HIDDEN, span, _WRITE_OUT)
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*loc, index)) for index, child in enumerate(node.value)]
        self._printable(node, span)
        return _scalar(node)

    def _printable(self, node: yaml.Node, span: Span) -> None:
        """Note a letter that decode refuses and that an escape in double quotes brought back."""
        if letter := UNPRINTABLE.search(node.value):
            told = f"an escape stands for a letter that cannot be printed (U+{ord(letter[0]):04X})"
            self.ledger.add("F04", told, span, "delete it")

    def _tagged(self, node: yaml.Node) -> bool:
        """Whether the author wrote a tag or an anchor before the value."""
        line = node.start_mark.line
        written = self.lines[line][node.start_mark.column :] if line < len(self.lines) else ""
        return written.startswith(("!", "&"))

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Data]:
        data: dict[str, Data] = {}
        for key_node, value_node in node.value:
            span = self.span(key_node)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "":
                self.ledger.add("K03", "a key has to be a word", span)
                continue
            key = key_node.value
            self._printable(key_node, span)
            if key in data:
                first = self.keys[(*loc, key)]
                self.ledger.add("Y03", f"the key `{key}` stands twice; first in line {first.line}", span, "keep one of the two")
                continue
            self.keys[(*loc, key)] = span
            data[key] = self.build(value_node, (*loc, key))
        return data


def _scalar(node: yaml.Node) -> Data:
    if not getattr(node, "style", None):
        for pattern, value in _PLAIN:
            if pattern.fullmatch(node.value):
                return value(node.value)
    return node.value
