"""A leaflet's HTML as an equivalent text for Typst: the same words, headings, lists, tables, boxes and drawings, by Typst's own means.

What a page of ours has and Typst has by itself (numbers of pages, list of contents, header rows, tags) is left to it.
Only code is written, never markup: every text is a string, so that nothing in it can be taken for a command.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "img", "meta", "link", "hr", "input"})
BLOCKS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "ul", "ol", "li", "table", "div", "section", "header", "nav", "aside", "main", "footer", "svg"]
)
SVG = re.compile(r"<svg\b.*?</svg>", re.S)
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.S)
PREAMBLE = """#set document(title: {title})
#set page(paper: "a4", margin: (x: 19mm, top: 20mm, bottom: 25mm), footer: context {{
  set text(size: 0.85em)
  grid(columns: (1fr, auto), {foot}, counter(page).display())
}})
#set text(font: {fonts}, size: {size}pt, lang: {language}, dir: {direction})
#set par(leading: 0.65em, spacing: 0.8em)
#set table(stroke: 0.75pt + rgb("#6b7c8d"), inset: 5pt)
#show heading: set text(fill: rgb("#123a5e"))
"""


@dataclass
class Node:
    """An element with what is in it: elements and texts."""

    tag: str
    attributes: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def find(self, tag: str, name: str = "") -> Iterator["Node"]:
        """Yield each element below of a tag, and of a class where one is named."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag and (not name or name in child.classes):
                    yield child
                yield from child.find(tag, name)

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


class _Tree(HTMLParser):
    """Builds the tree of a page that closes what it opens."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def from_html(html: str, fonts: Sequence[str], size: float) -> str:
    """Return a page of ours as a text for Typst, in the fonts and size (in points) that it has with us."""
    drawings: list[str] = []

    def kept(match: re.Match[str]) -> str:
        drawings.append(match[0])
        return f'<svg class="{len(drawings) - 1}"></svg>'

    tree = _Tree()
    tree.feed(SVG.sub(kept, html))
    page = next(tree.root.find("html"))
    foot = " · ".join(_one_line(one.text()) for one in tree.root.find("div", "page-foot"))
    values = {
        "title": _string(_one_line(next(tree.root.find("title")).text())),
        "foot": _string(foot),
        "fonts": f"({', '.join(map(_string, fonts))},)",
        "size": f"{size:g}",
        "language": _string(page.attributes["lang"].split("-")[0]),
        "direction": page.attributes.get("dir", "ltr"),
    }
    body = _Text(drawings).blocks(next(tree.root.find("main")))
    return PREAMBLE.format(**values) + "#" + body + "\n"


class _Text:
    """Elements as code of Typst."""

    def __init__(self, drawings: Sequence[str]) -> None:
        self.drawings = drawings

    def blocks(self, node: Node, loose: bool = False) -> str:
        """Return what is in an element as a code block. Text between its blocks is a paragraph, or `loose` (in an item, in a cell)."""
        parts, run = [], list[Node | str]()

        def close() -> None:
            said = self.inlines(run)
            if said != "[]":
                parts.append(said if loose else f"par({said})")
            run.clear()

        for child in node.children:
            if isinstance(child, Node) and child.tag in BLOCKS:
                close()
                parts.append(self.block(child))
            else:
                run.append(child)
        close()
        return "{\n" + "\n".join(parts) + "\n}" if any(parts) else "[]"

    def block(self, node: Node) -> str:
        """Return one element that stands on lines of its own."""
        if node.tag in ("h1", "h2", "h3", "h4"):
            return f"heading(level: {node.tag[1]}, {self.inlines(node.children)})"
        if node.tag == "p":
            return f"par({self.inlines(node.children)})"
        if node.tag in ("ul", "ol"):
            kind = "enum" if node.tag == "ol" else "list"
            marker = "marker: box(width: 0.8em, height: 0.8em, stroke: 1pt), " if "checklist" in node.classes else ""
            items = (self.blocks(one, loose=True) for one in node.children if isinstance(one, Node))
            return f"{kind}({marker}{', '.join(items)})"
        if node.tag == "table":
            return self.table(node)
        if node.tag == "svg":
            return self.drawing(self.drawings[int(node.attributes["class"])])
        return self.framed(node)

    def framed(self, node: Node) -> str:
        """Return a division: in a frame, side by side, or as what is in it."""
        if "contents" in node.classes:
            return "outline(title: none, target: heading.where(level: 2))"
        if node.classes & {"arrays", "verify"}:
            cells = [self.blocks(one) for one in node.children if isinstance(one, Node)]
            return f"grid(columns: {len(cells)}, gutter: 1.4em, {', '.join(cells)})"
        inner = self.blocks(node)
        if node.classes & {"box", "fact-box", "icon-arrays", "draft-notice", "kind-main-message"}:
            return f'block(breakable: false, width: 100%, inset: 8pt, stroke: 1.5pt + rgb("#123a5e"), {inner})'
        return inner

    def table(self, node: Node) -> str:
        """Return a table, with the rows of its head as its header."""
        lines = [(one, [cell for cell in one.children if isinstance(cell, Node)]) for one in node.find("tr")]
        head = [one for part in node.find("thead") for one in part.find("tr")]
        cells = []
        for line, row in lines:
            said = [self.inlines(cell.children, bold=cell.tag == "th") for cell in row]
            cells.append(f"table.header({', '.join(said)})" if any(line is one for one in head) else ", ".join(said))
        across = max(len(row) for _, row in lines)
        return f"table(columns: ({'1fr, ' * across}), {', '.join(cells)})"

    def drawing(self, svg: str) -> str:
        """Return a drawing, with its title as its alternative text."""
        told = TITLE.search(svg)
        return f'image(bytes({_string(svg)}), format: "svg", width: 10.5em, alt: {_string(_one_line(told[1]) if told else "")})'

    def inlines(self, children: Sequence[Node | str], bold: bool = False) -> str:
        """Return running text as an expression."""
        parts = [part for part in self.pieces(children) if part]
        while parts and parts[0] in ('" "', "linebreak()"):
            parts.pop(0)
        while parts and parts[-1] in ('" "', "linebreak()"):
            parts.pop()
        said = " + ".join(f"[#{part}]" if part.startswith('"') else part for part in parts) or "[]"
        return f"strong({said})" if bold and parts else said

    def pieces(self, children: Sequence[Node | str]) -> Iterator[str]:
        for child in children:
            if isinstance(child, str):
                yield _string(re.sub(r"\s+", " ", child)) if child else ""
            elif child.tag == "br":
                yield "linebreak()"
            elif child.tag in ("strong", "b"):
                yield f"strong({self.inlines(child.children)})"
            elif child.tag == "a" and child.attributes.get("href", "").startswith("http"):
                yield f"link({_string(child.attributes['href'])}, {self.inlines(child.children)})"
            else:
                yield from self.pieces(child.children)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _string(text: str) -> str:
    """Return a string of Typst, which has JSON's escapes for quotes and backslashes, and its own for control characters."""
    return re.sub(r"\\u([0-9a-f]{4})", r"\\u{\1}", json.dumps(text, ensure_ascii=False))
