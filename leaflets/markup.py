"""Markdown to blocks. The only room for markdown-it-py.

CommonMark with tables, less what leaflets do not use, plus braces (`{fact x}`) and blocks between lines of `:::`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from leaflets.model import (
    CERTAINTIES,
    Block,
    Blocks,
    Box,
    Break,
    Certainty,
    Cite,
    Condition,
    FactBox,
    FactRef,
    FactTable,
    Figure,
    Heading,
    IconArrays,
    Icons,
    Include,
    Inline,
    Inlines,
    Items,
    Lines,
    Link,
    Named,
    Organisations,
    Paragraph,
    Picture,
    Plain,
    PriceTag,
    Said,
    Slot,
    Strong,
    Table,
    TermRef,
    Text,
    When,
)
from leaflets.problems import Checked, Ledger, Span, nearest

FACT_FORMS: dict[str, tuple[str, ...]] = {
    "proportion": (
        "words",
        "short",
        "number",
        "other",
        "other-short",
        "other-number",
        "both",
        "period",
        "interval",
        "denominator",
        "period-figure",
    ),
    "count": ("words", "number", "figure"),
    "range": ("words", "number", "figure"),
    "duration": ("words", "number", "figure"),
    "money": ("words", "number"),
}
"""The forms each kind of fact can be printed in."""
ALL_FORMS = tuple(dict.fromkeys(form for forms in FACT_FORMS.values() for form in forms))
BOX_KINDS = ("key", "note", "carer", "urgent")
PLACEHOLDERS = ("fact", "term", "cite", "clinic", "country", "plain")
FIGURES = ("timeline", "compare", "drawings", "scale")
DIRECTIVES = ("when", "fact-box", "icons", "certainty", *FIGURES, "box", "checklist", "lines", "organisations", "price", "include")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BRACE = re.compile(r"\{([^{}\n]*)(\}?)")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DEEPEST = 12
ConditionReader = Callable[[str, Span], Checked[Condition | None]]


def _directive_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `::: name arguments`, up to its own `:::`; nested ones are counted."""
    line = _line(state, start)
    if state.is_code_block(start) or not line.startswith(":::"):
        return False
    if silent:
        return True
    end = _end_of_container(state, start, end)
    info = line[3:].strip()
    whole = info.endswith(":::")
    close = start if whole else _closing(state, start, end)
    token = state.push("directive_open", "", 1)
    token.info = info[:-3].strip() if whole else info
    token.map = [start, min(close, end - 1) + 1]
    token.meta = {"closed": close < end, "opened": bool(info), "deep": state.level >= 2 * _DEEPEST}
    if not whole and not token.meta["deep"]:
        old_max, old_parent = state.lineMax, state.parentType
        state.lineMax, state.parentType = close, "container"
        state.md.block.tokenize(state, start + 1, close)
        state.lineMax, state.parentType = old_max, old_parent
    state.push("directive_close", "", -1)
    state.line = min(close + 1, end) if token.meta["opened"] else start + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _end_of_container(state: StateBlock, start: int, end: int) -> int:
    """Return the line on which the list item that holds a block ends: text further left is no part of it."""
    if not state.blkIndent:
        return end
    inside = (number for number in range(start + 1, end) if not state.isEmpty(number))
    return next((number for number in inside if state.sCount[number] < state.blkIndent), end)


def _closing(state: StateBlock, start: int, end: int) -> int:
    if not _line(state, start)[3:].strip():
        return start
    open_blocks = 1
    for number in range(start + 1, end):
        line = _line(state, number)
        if line.startswith(":::") and not (line[3:].strip() and line.endswith(":::")):
            open_blocks += 1 if line[3:].strip() else -1
            if not open_blocks:
                return number
    return end


def _brace_rule(state: StateInline, silent: bool) -> bool:
    """Inline rule: `{word arguments}` on one line."""
    match = _BRACE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("brace", "", 0)
        token.content = match[1]
        token.meta = {"closed": bool(match[2])}
    state.pos = match.end()
    return True


def _any_address(_: str) -> bool:
    """Let every address through: one that cannot be used is told (X15), not printed as it was written."""
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table").disable(["reference", "entity"])
    parser.block.ruler.before("fence", "directive", _directive_rule, {"alt": ["paragraph", "blockquote", "list", "table"]})
    parser.inline.ruler.before("escape", "brace", _brace_rule)
    parser.validateLink = _any_address  # type: ignore[assignment]
    # braces are protected from the terminator of the text rule by being one of its special characters already
    return parser


_PARSER = _parser()


def parse(text: str, path: str, first_line: int, section: str, read_condition: ConditionReader) -> Checked[Blocks]:
    """Read the text of a section.

    `first_line` is the line of the file on which `text` begins. Block ids are the section's name and the block's number.
    """
    ledger = Ledger()
    builder = _Builder(path, first_line, section, text.split("\n"), read_condition, ledger)
    tree = SyntaxTreeNode(_PARSER.parse(text))
    return Checked(tuple(builder.blocks(tree.children)), tuple(ledger))


@dataclass(slots=True)
class _Builder:
    path: str
    first_line: int
    section: str
    lines: list[str]
    read_condition: ConditionReader
    ledger: Ledger
    count: int = 0
    here: list[str] = field(default_factory=list)
    drawings: int = 0  # how many blocks `drawings` stand around this place
    rows: tuple[Token | None, list[int], list[int]] = (None, [], [])  # of the inline token last located in: starts and columns of its lines

    # ------------------------------------------------ places

    def span(self, node: SyntaxTreeNode) -> Span:
        line = node.map[0] if node.map else 0
        written = self.lines[line] if line < len(self.lines) else ""
        return Span(self.path, line + self.first_line, len(written) - len(written.lstrip()) + 1)

    def next_id(self) -> str:
        self.count += 1
        return f"{self.section}.{self.count}"

    def locate(self, inline: Token, position: int) -> Span:
        """Return the place in the file of a position in the content of an inline token."""
        line = inline.map[0] if inline.map else 0
        if self.rows[0] is not inline:
            pieces = inline.content.split("\n")
            starts = list(accumulate((len(piece) + 1 for piece in pieces), initial=0))[:-1]
            self.rows = inline, starts, [self.column(piece, line + row) for row, piece in enumerate(pieces)]
        _, starts, columns = self.rows
        row = bisect_right(starts, position) - 1
        return Span(self.path, line + row + self.first_line, max(columns[row] + position - starts[row], 0) + 1)

    def column(self, piece: str, line: int) -> int:
        """Return where a line of an inline token begins in its line of the text, from 0; below 0 where spaces were cut."""
        written = self.lines[line] if line < len(self.lines) else ""
        return max(written.find(piece.strip()), 0) - (len(piece) - len(piece.lstrip()))

    # ------------------------------------------------ blocks

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
        for node in nodes:
            handler = getattr(self, f"_on_{node.type}", None)
            if handler is None:
                self.refuse(node)
            else:
                yield from handler(node)

    def refuse(self, node: SyntaxTreeNode) -> None:
        code, message, hint = _REFUSED.get(node.type, ("M11", f"`{node.type}` is not used in leaflets", "write a paragraph or a list"))
        self.ledger.add(code, message, self.span(node), hint)

    def _on_paragraph(self, node: SyntaxTreeNode) -> Iterator[Block]:
        inline = node.children[0]
        images = [child for child in inline.children if child.type == "image"]
        if images and len(inline.children) == 1:
            yield self.picture(node, images[0])
        elif images and self.drawings and inline.children[0].type == "image":
            yield self.picture(node, images[0])
            yield Paragraph(self.next_id(), self.span(node), self.caption(inline))
        else:
            yield Paragraph(self.next_id(), self.span(node), self.inlines(inline))

    def picture(self, node: SyntaxTreeNode, image: SyntaxTreeNode) -> Block:
        alt = image.content.strip()
        if not alt:
            hint = "write what the picture shows between the square brackets: `![what it shows](name.svg)`"
            self.ledger.add("M10", "this picture has no words", self.span(node), hint)
        if "{" in alt:
            self.ledger.add("M09", "braces in a picture's words are not filled in", self.span(node), "write it without braces")
        return Picture(self.next_id(), self.span(node), str(image.attrs.get("src", "")), alt)

    def caption(self, inline: SyntaxTreeNode) -> Inlines:
        """Return what stands behind the picture that a line begins with."""
        token = inline.token
        if token is None:
            return ()
        start = token.content.find(")", token.content.find("](")) + 1
        found = list(_joined(self.inline(inline.children[1:], token, [start])))
        while found and isinstance(first := found[0], Text) and first.text != (text := first.text.lstrip()):
            place = replace(first.span, column=first.span.column + len(first.text) - len(text))
            found[:1] = [replace(first, text=text, span=place)] if text else []
        return tuple(found)

    def _on_heading(self, node: SyntaxTreeNode) -> Iterator[Block]:
        level = int(node.tag[1])
        if level not in (2, 3):
            self.ledger.add("M05", f"a heading of level {level}", self.span(node), "use `## ` inside a section, and `### ` below that")
        text = self.inlines(node.children[0]) if node.children else ()
        if not text:
            self.ledger.add("M13", "a heading without words", self.span(node), "write them, or remove it")
        yield Heading(self.next_id(), self.span(node), level, text)

    def _on_bullet_list(self, node: SyntaxTreeNode) -> Iterator[Block]:
        yield self.items(node, ordered=False)

    def _on_ordered_list(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if (start := node.attrs.get("start", 1)) != 1:
            self.ledger.add("M11", f"this list begins with {start}", self.span(node), "numbered steps begin with `1. `")
        yield self.items(node, ordered=True)

    def items(self, node: SyntaxTreeNode, ordered: bool, tick: bool = False) -> Items:
        items = []
        for item in node.children:
            blocks = tuple(self.blocks(item.children))
            if not blocks:
                self.ledger.add("M13", "a list item without text", self.span(item), "write it, or remove it")
            items.append(blocks)
        return Items(self.next_id(), self.span(node), ordered, tuple(items), tick)

    def _on_table(self, node: SyntaxTreeNode) -> Iterator[Block]:
        head = node.children[0].children[0]
        body = node.children[1].children if len(node.children) > 1 else []
        header = tuple(self.inlines(cell.children[0]) for cell in head.children)
        rows = tuple(tuple(self.inlines(cell.children[0]) for cell in row.children) for row in body)
        if any(not cell for cell in header[1:]):
            self.ledger.add("M14", "a column of this table has no head", self.span(node), "write what the column holds in the first row")
        if any(not row[0] for row in rows):
            self.ledger.add("M14", "a row of this table has no head", self.span(node), "write what the row is about in its first cell")
        for row in body:
            if (count := _cells(self.lines[row.map[0]] if row.map else "")) != len(header):
                told = f"a row of {count} cells in a table of {len(header)} columns"
                self.ledger.add("M14", told, self.span(row), "give it one cell for each column; for `|` as such write `\\|`")
        if not rows:
            self.ledger.add("M14", "this table has no rows", self.span(node), "write them, or remove the table")
        yield Table(self.next_id(), self.span(node), header, rows)

    # ------------------------------------------------ blocks between lines of :::

    def _on_directive(self, node: SyntaxTreeNode) -> Iterator[Block]:
        opening = node.nester_tokens.opening if node.nester_tokens else None
        info, meta = (opening.info, opening.meta) if opening else ("", {})
        name, _, rest = info.partition(" ")
        span = self.span(node)
        if not meta.get("opened"):
            self.ledger.add("M07", "`:::` closes a block that was not opened", span, "remove it, or write the block's name behind it")
            return
        if meta.get("deep"):
            self.ledger.add("M08", "blocks stand inside one another too deep", span, "close some of them first")
            return
        if not meta.get("closed"):
            self.ledger.add("M07", f"the block `{name}` is not closed", span, "write `:::` on a line of its own below its text")
        if name not in DIRECTIVES:
            self.ledger.add("M06", f"no block is called `{name}`", span, nearest(name, DIRECTIVES))
            return
        make = partial(self.figure, name) if name in FIGURES else getattr(self, f"_make_{name.replace('-', '_')}")
        block = make(rest.strip(), span, node)
        if block is not None:
            yield block

    def _make_when(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        identity = self.next_id()
        place = Span(span.path, span.line, span.column + len("::: when "))
        condition = self.ledger.take(self.read_condition(rest, place))
        blocks = self.inside(node, span, "when")
        return When(identity, span, condition, blocks) if condition else None

    def _make_fact_box(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        identity, facts = self.next_id(), self.ids(rest, span, "fact-box", 1, 12)
        return FactBox(identity, span, facts, tuple(self.blocks(node.children))) if facts else None

    def _make_icons(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        identity, facts = self.next_id(), self.ids(rest, span, "icons", 1, 2)
        return Icons(identity, span, facts, tuple(self.blocks(node.children))) if facts else None

    def _make_box(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        if rest not in BOX_KINDS:
            told = f"no box is called `{rest}`" if rest else "which kind of box?"
            self.ledger.add("M08", told, span, nearest(rest, BOX_KINDS))
            return None
        identity, blocks = self.next_id(), self.inside(node, span, "box")
        title: Inlines = ()
        if blocks and isinstance(blocks[0], Heading):
            title, blocks = blocks[0].text, blocks[1:]
            if not blocks:
                self.ledger.add("M08", "the box has a title and no text", span, "write its text below the title")
        for block in blocks:
            if isinstance(block, Heading):
                self.ledger.add("M08", "a second heading in a box", block.span, "make it two boxes, or bold text")
        return Box(identity, span, rest, title, blocks)

    def _make_checklist(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        self.nothing_behind(rest, span, "checklist")
        if [child.type for child in node.children] != ["bullet_list"]:
            self.ledger.add("M08", "a checklist holds one list", span, "write its items with `- `")
            return None
        return self.items(node.children[0], ordered=False, tick=True)

    def _make_certainty(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        if rest not in CERTAINTIES:
            told = f"there is no certainty `{rest}`" if rest else "how sure are you?"
            self.ledger.add("M08", told, span, nearest(rest, CERTAINTIES))
            return None
        identity, blocks = self.next_id(), self.inside(node, span, "certainty")
        for block in walk(blocks):
            if not isinstance(block, Paragraph | When):
                self.ledger.add("M08", "a certainty holds a sentence or two that say why", block.span, "put the rest above or below it")
        return Certainty(identity, span, rest, blocks)

    def figure(self, kind: str, rest: str, span: Span, node: SyntaxTreeNode) -> Block:
        self.nothing_behind(rest, span, kind)
        self.drawings += kind == "drawings"
        identity, blocks = self.next_id(), self.inside(node, span, kind)
        self.drawings -= kind == "drawings"
        inside = list(_unwrapped(blocks))
        misfits = _uncomparable(inside, span) if kind == "compare" else _no_list_of(kind, inside)
        for place, told, hint in misfits:
            self.ledger.add("M08", told, place, hint)
        return Figure(identity, span, kind, blocks)

    def _make_lines(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        if not re.fullmatch(r"[0-9]{1,2}", rest) or not 1 <= int(rest) <= 40:
            self.ledger.add("M08", f"how many lines? `{rest}` is no number from 1 to 40", span, "write it like `::: lines 4 :::`")
            return None
        self.empty(node, span, "lines")
        return Lines(self.next_id(), span, int(rest))

    def _make_organisations(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        self.nothing_behind(rest, span, "organisations")
        self.empty(node, span, "organisations")
        return Organisations(self.next_id(), span)

    def _make_price(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        identity, names = self.next_id(), self.ids(rest, span, "price", 1, 1)
        blocks = self.inside(node, span, "price")
        return PriceTag(identity, span, names[0], blocks) if names else None

    def _make_include(self, rest: str, span: Span, node: SyntaxTreeNode) -> Block | None:
        names = self.ids(rest, span, "include", 1, 1)
        self.empty(node, span, "include")
        return Include(self.next_id(), span, names[0]) if names else None

    def inside(self, node: SyntaxTreeNode, span: Span, name: str) -> Blocks:
        blocks = tuple(self.blocks(node.children))
        if not node.children:
            self.ledger.add("M08", f"the block `{name}` is empty", span, "write its text on the lines below it, then `:::`")
        return blocks

    def empty(self, node: SyntaxTreeNode, span: Span, name: str) -> None:
        if node.children:
            self.ledger.add("M08", f"the block `{name}` holds no text", span, f"close it on its own line: `::: {name} … :::`")

    def nothing_behind(self, rest: str, span: Span, name: str) -> None:
        if rest:
            self.ledger.add("M08", f"nothing stands behind `{name}`, here `{rest}`", span, "write the text on the lines below")

    def ids(self, rest: str, span: Span, name: str, fewest: int, most: int) -> tuple[str, ...]:
        words = tuple(rest.split())
        for word in words:
            if not _ID.fullmatch(word):
                hint = "names are written in small letters, digits and hyphens; text goes on the lines below"
                self.ledger.add("M08", f"`{word}` behind `{name}` is no name", span, hint)
                return ()
        if not fewest <= len(words) <= most:
            wanted = "one name" if fewest == most else f"{fewest} to {most} names"
            self.ledger.add("M08", f"`{name}` takes {wanted} and got {len(words)}", span, f"write it like `::: {name} NAME`")
            return ()
        return words

    # ------------------------------------------------ inside a line

    def inlines(self, node: SyntaxTreeNode) -> Inlines:
        token = node.token
        if token is None:
            return ()
        return tuple(_joined(self.inline(node.children, token, [0])))

    def inline(self, nodes: Sequence[SyntaxTreeNode], outer: Token, cursor: list[int]) -> Iterator[Inline]:
        for node in nodes:
            if node.type == "text":
                yield self.text(node.content, outer, cursor)
            elif node.type in ("softbreak", "hardbreak"):
                cursor[0] = max(outer.content.find("\n", cursor[0]) + 1, cursor[0])
                yield Text(" ", self.locate(outer, cursor[0])) if node.type == "softbreak" else Break()
            elif node.type == "brace":
                yield from self.brace(node, outer, cursor)
            elif node.type == "strong":
                yield Strong(tuple(_joined(self.inline(node.children, outer, cursor))))
            elif node.type == "link":
                yield self.link(node, outer, cursor)
            else:
                span = self.locate(outer, cursor[0])
                code, message, hint = _REFUSED.get(node.type, ("M11", f"`{node.type}` is not used in leaflets", "write plain text"))
                self.ledger.add(code, message, span, hint)
                yield from self.inline(node.children, outer, cursor)

    def text(self, content: str, outer: Token, cursor: list[int]) -> Text:
        found = outer.content.find(content, cursor[0])
        at = found if found >= 0 else cursor[0]
        cursor[0] = at + (len(content) if found >= 0 else 0)
        if entity := _ENTITY.search(content):
            hint = f"write the letter itself; for `{entity[0]}` as such write `{{plain {entity[0]}}}`"
            self.ledger.add("M02", f"`{entity[0]}` is HTML", self.locate(outer, at + entity.start()), hint)
        return Text(content, self.locate(outer, at))

    def link(self, node: SyntaxTreeNode, outer: Token, cursor: list[int]) -> Link:
        at = outer.content.find("[", cursor[0])
        span = self.locate(outer, max(at, cursor[0]))
        href = str(node.attrs.get("href", ""))
        if not re.fullmatch(r"(https?://[^\s<>\"]+|mailto:[^\s<>\"]+@[^\s<>\"]+|tel:\+?[0-9 -]+)", href):
            self.ledger.add("X15", f"`{href}` is no address a reader can go to", span, "write it whole: `https://…`, `mailto:…` or `tel:…`")
        children = tuple(_joined(self.inline(node.children, outer, cursor)))
        cursor[0] = max(outer.content.find(")", cursor[0]) + 1, cursor[0])
        return Link(href, children, span)

    def brace(self, node: SyntaxTreeNode, outer: Token, cursor: list[int]) -> Iterator[Inline]:
        inside = node.content
        at = outer.content.find("{" + inside, cursor[0])
        span = self.locate(outer, max(at, cursor[0]))
        cursor[0] = max(at, cursor[0]) + len(inside) + 2
        word, _, rest = inside.strip().partition(" ")
        rest = rest.strip()
        if not node.meta.get("closed"):
            hint = "close it with `}` on the same line; in a table write `\\|` for `|`; for a brace as such write `\\{`"
            told = f"the brace before `{inside.strip()[:30]}`" if inside.strip() else "this brace"
            self.ledger.add("M09", f"{told} is not closed", span, hint)
        elif word not in PLACEHOLDERS:
            self.ledger.add("M09", f"`{{{inside}}}` is not understood", span, nearest(word, PLACEHOLDERS))
        elif not rest:
            self.ledger.add("M09", f"`{{{inside}}}` does not say which", span, _BRACE_EXAMPLES[word])
        else:
            made = getattr(self, f"_brace_{word}")(rest, span)
            if made is not None:
                yield made

    def _brace_plain(self, rest: str, span: Span) -> Inline:
        return Plain(rest, span)

    def _brace_fact(self, rest: str, span: Span) -> Inline | None:
        name, *forms = rest.split()
        if len(forms) > 1 or (forms and forms[0] not in ALL_FORMS):
            self.ledger.add("M12", f"a fact has no form `{' '.join(forms)}`", span, nearest(" ".join(forms), ALL_FORMS))
            return None
        return FactRef(name, forms[0] if forms else "words", span)

    def _brace_term(self, rest: str, span: Span) -> Inline:
        name, _, text = rest.partition("|")
        return TermRef(name.strip(), text.strip(), span)

    def _brace_cite(self, rest: str, span: Span) -> Inline:
        return Cite(tuple(rest.replace(",", " ").split()), span)

    def _brace_clinic(self, rest: str, span: Span) -> Inline:
        return Slot("clinic", rest, span)

    def _brace_country(self, rest: str, span: Span) -> Inline:
        return Slot("country", rest, span)


def _unwrapped(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks with those that only some readers see among them, as if everybody saw all."""
    for block in blocks:
        if isinstance(block, When):
            yield from _unwrapped(block.blocks)
        else:
            yield block


_LISTS = {
    "timeline": ("a time line holds numbered steps, each with its time in bold", "write them as `1. **When.** What happens.`"),
    "drawings": (
        "drawings are a list of pictures, each with words behind it",
        "write them as `1. ![what it shows](name.svg) What it means.`",
    ),
    "scale": ("a scale holds one list of things that may matter", "write them with `- `"),
}
"""What each list that is shown as a picture is made of, and how to write it."""


def _no_list_of(kind: str, blocks: Sequence[Block]) -> Iterator[tuple[Span, str, str]]:
    """Yield place, message and hint of each block or item that does not belong in a figure of lists."""
    told, hint = _LISTS[kind]
    for block in blocks:
        if not isinstance(block, Items) or block.tick or (kind != "drawings" and block.ordered is (kind == "scale")):
            yield block.span, told, hint
            continue
        for item in block.items:
            if item and not _fits(kind, item):
                yield item[0].span, told, hint


def _fits(kind: str, item: Blocks) -> bool:
    if kind == "drawings":
        return len(item) == 2 and isinstance(item[0], Picture) and isinstance(item[1], Paragraph)
    return len(item) == 1 and isinstance(item[0], Paragraph) if kind == "scale" else _label(item) is not None


def _label(item: Blocks) -> str | None:
    """Return the bold words that an item begins with; None where it begins otherwise."""
    first = item[0].text[:1] if item and isinstance(item[0], Paragraph) else ()
    return write(first[0].children) if first and isinstance(first[0], Strong) else None


def _uncomparable(blocks: Sequence[Block], span: Span) -> Iterator[tuple[Span, str, str]]:
    """Yield place, message and hint of what keeps options from standing beside one another."""
    hint = "write each option as `## Its name`, below it a list, each item with its question in bold: `- **How it works:** …`"
    options: list[tuple[Span, list[str | None]]] = []
    for block in blocks:
        if isinstance(block, Heading):
            options.append((block.span, []))
        elif not options:
            yield block.span, "a comparison begins with the name of an option", hint
        elif isinstance(block, Items):
            options[-1][1].extend(map(_label, block.items))
        elif not isinstance(block, Paragraph):
            yield block.span, "an option is a heading, a list and perhaps a paragraph", hint
    if len(options) < 2:
        yield span, "a comparison holds two options at least", hint
    for place, asked in options:
        if not asked or None in asked or set(asked) != set(options[0][1]):
            yield place, "this option does not answer the same questions as the first one", hint


def _cells(line: str) -> int:
    """Return how many cells a line of a table has."""
    cells = escapedSplit(line.strip())
    return len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")


def _joined(inlines: Iterator[Inline]) -> Iterator[Inline]:
    """Join neighbouring texts of a line: escapes and entities come as texts of their own."""
    waiting: Text | None = None
    for inline in inlines:
        if isinstance(inline, Text):
            if inline.text:
                if waiting and inline.text != " " and inline.span.line > waiting.span.line:
                    yield waiting
                    waiting = None
                waiting = Text(waiting.text + inline.text, waiting.span) if waiting else inline
            continue
        if waiting:
            yield waiting
            waiting = None
        yield inline
    if waiting:
        yield waiting


_BRACE_EXAMPLES = {
    "fact": "write the fact's name: `{fact NAME}`",
    "term": "write the word's name: `{term NAME}`",
    "cite": "write the source's name: `{cite NAME}`",
    "clinic": "write the detail: `{clinic phone}`",
    "country": "write the detail: `{country emergency_number}`",
    "plain": "write the number or name: `{plain 2019}`",
}
_REFUSED: dict[str, tuple[str, str, str]] = {
    "html_block": ("M02", "HTML is not used in leaflets", "write it in Markdown; for `<` as such write `\\<`"),
    "html_inline": ("M02", "HTML is not used in leaflets", "write it in Markdown; for `<` as such write `\\<`"),
    "code_block": ("M03", "four spaces, or a tab, make this code", "begin the line further left"),
    "fence": ("M03", "code is not used in leaflets", "write it as text"),
    "code_inline": ("M03", "code is not used in leaflets", "write it as text, without the backticks"),
    "em": ("M04", "italics are hard to read", "use `**bold**` for what matters; for `*` as such write `\\*`"),
    "hr": ("M11", "a rule across the page", "use a heading to begin something new"),
    "blockquote": ("M11", "a quotation is not used in leaflets", "use `::: box note`"),
    "image": ("M11", "a picture inside a line", "put it in a paragraph of its own"),
}


# ---------------------------------------------------------------- running text to a line that a translator sees, and back

_SPECIAL = re.compile(r"([\\`*_\[\]<>{}])")


def write(inlines: Inlines) -> str:
    """Return running text as it is written in a section: `read_line(write(x))` is x, but for places and joined texts."""
    return "".join(_written(inline) for inline in inlines)


def _written(inline: Inline) -> str:
    match inline:
        case Text(text=text):
            return _SPECIAL.sub(r"\\\1", text)
        case Plain(text=text):
            return f"{{plain {text}}}"
        case Break():
            return "\\\n"
        case Strong(children=inner):
            return f"**{write(inner)}**"
        case Link(href=href, children=inner):
            return f"[{write(inner)}]({href})"
        case FactRef(fact=fact, form=form):
            return f"{{fact {fact}}}" if form == "words" else f"{{fact {fact} {form}}}"
        case TermRef(term=term, text=text):
            return f"{{term {term}|{text}}}" if text else f"{{term {term}}}"
        case Cite(sources=sources):
            return f"{{cite {' '.join(sources)}}}"
        case Slot(owner=owner, key=key):
            return f"{{{owner} {key}}}"
        case _:
            raise ValueError(f"{type(inline).__name__} is printed, not written")


def read_line(text: str, span: Span) -> Checked[Inlines]:
    """Read one line of running text, as a catalog holds it; every problem is told at `span`."""
    ledger = Ledger()
    builder = _Builder(span.path, span.line, "", [text], _no_condition, ledger)
    found = tuple(builder.inlines(SyntaxTreeNode(_PARSER.parseInline(text)).children[0])) if text else ()
    return Checked(found, tuple(replace(problem, span=span) for problem in ledger))


def _no_condition(_: str, __: Span) -> Checked[Condition | None]:
    return Checked(None)


def walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield every block, outer before inner, in reading order."""
    for block in blocks:
        yield block
        for group in children(block):
            yield from walk(group)


def children(block: Block) -> tuple[Blocks, ...]:
    """Return the groups of blocks that stand inside a block."""
    match block:
        case Items():
            return block.items
        case Box() | When() | Figure() | Certainty():
            return (block.blocks,)
        case FactBox() | Icons() | FactTable() | IconArrays():
            return (block.caption,)
        case PriceTag():
            return (block.otherwise,)
        case _:
            return ()


def inlines_of(block: Block) -> tuple[Inlines, ...]:
    """Return the pieces of running text that a block itself holds, not those of blocks inside it."""
    match block:
        case Heading() | Paragraph():
            return (block.text,)
        case Box():
            return (block.title,) if block.title else ()
        case Table():
            return (*block.header, *(cell for row in block.rows for cell in row))
        case _:
            return ()


def flat(inlines: Inlines) -> Iterator[Inline]:
    """Yield every inline, outer before inner."""
    for inline in inlines:
        yield inline
        if isinstance(inline, Strong | Link):
            yield from flat(inline.children)


def inlines_in(blocks: Sequence[Block]) -> Iterator[Inline]:
    """Yield every inline of every block."""
    for block in walk(blocks):
        for inlines in inlines_of(block):
            yield from flat(inlines)


def text_of(inlines: Inlines) -> str:
    """Return the running text of printed inlines as a reader reads it: meanings in brackets, without numbers of sources."""
    return "".join(_letters(inline) for inline in inlines)


def _letters(inline: Inline) -> str:
    match inline:
        case Text(text=text) | Plain(text=text) | Said(text=text):
            return text
        case Named(text=text, meaning=meaning):
            return f"{text} ({meaning})" if meaning else text
        case Strong(children=inner) | Link(children=inner):
            return text_of(inner)
        case Break():
            return " "
        case _:
            return ""
