"""Design tokens written out: style sheets without the `var()` of what is the same on the whole page.

WeasyPrint works out each `var()` for each box that has it. What only the root of the page sets is the same for all of them, and can be
put in its place once for all leaflets, which takes 4% off the work of each (docs/developers.md, Speed). What is set elsewhere too stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import tinycss2

Sheets = tuple[tuple[str, str], ...]
Nodes = list[Any]
"""Component values of CSS Syntax, as tinycss2 has them."""

TURNED = ':root[dir="rtl"]'
ROOTS = {"html": 0, ":root": 1, TURNED: 2}
"""Selectors of the root, with their rank in the cascade. The last one counts where the page runs from right to left."""


@lru_cache(maxsize=64)
def written_out(sheets: Sheets, rtl: bool, own: frozenset[str] = frozenset()) -> Sheets:
    """Return style sheets, in the order of the cascade, with their tokens written out.

    `own` are names that the page itself sets: those stay as they are. So does a sheet that cannot be read.
    """
    parsed = [tinycss2.parse_stylesheet(text) for _, text in sheets]
    declared = [(selector, one) for rules in parsed for selector, one in _declared(rules) if rtl or selector != TURNED]
    elsewhere = own | {one.name for selector, one in declared if selector not in ROOTS or one.important}
    ranked = sorted((pair for pair in declared if pair[1].name not in elsewhere), key=lambda pair: ROOTS[pair[0]])
    writer = _Writer({one.name: one.value for _, one in ranked}, elsewhere)
    return tuple((name, text if _broken(rules) else writer.sheet(rules)) for (name, text), rules in zip(sheets, parsed, strict=True))


def _broken(rules: Sequence[Any]) -> bool:
    return any(rule.type == "error" for rule in rules)


def _declared(rules: Sequence[Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each declaration of a custom property with the selector of its rule, which is none of `ROOTS` for a rule within another."""
    for rule in rules:
        selector = tinycss2.serialize(rule.prelude).strip() if rule.type == "qualified-rule" else rule.type
        for one in tinycss2.parse_blocks_contents(getattr(rule, "content", None) or [], skip_comments=True, skip_whitespace=True):
            if one.type == "declaration" and one.name.startswith("--"):
                yield within + selector, one
            elif one.type in ("qualified-rule", "at-rule"):
                yield from _declared([one], f"{within}{selector} ")


class _Writer:
    """Puts values in place of their names. `values` are those of the root; `elsewhere` are names that are set elsewhere too."""

    def __init__(self, values: Mapping[str, Nodes], elsewhere: frozenset[str]) -> None:
        self.values, self.elsewhere = values, elsewhere

    def sheet(self, rules: Sequence[Any]) -> str:
        """Return a sheet as text. Its rules are changed."""
        for rule in rules:
            if getattr(rule, "content", None):
                rule.content = self.nodes(rule.content)
        return str(tinycss2.serialize(rules))

    def nodes(self, nodes: Nodes, above: tuple[str, ...] = ()) -> Nodes:
        """Return component values with what stands for the names in them. `above` are names that these stand for."""
        found: Nodes = []
        for node in nodes:
            if node.type == "function" and node.lower_name == "var":
                found += self.value(node, above)
            elif node.type == "function":
                node.arguments = self.nodes(node.arguments, above)
                found.append(_product(node))
            else:
                if node.type.endswith(" block"):
                    node.content = self.nodes(node.content, above)
                found.append(node)
        return found

    def value(self, node: Any, above: tuple[str, ...]) -> Nodes:
        """Return what a `var()` stands for: its value; what it says instead where nothing sets the name; else itself."""
        name, instead = _parted(node.arguments)
        if name in self.values and name not in above:
            return self.nodes(self.values[name], (*above, name))
        unknown = name not in self.values and name not in self.elsewhere
        return self.nodes(instead, above) if unknown and instead else [node]


def _parted(arguments: Nodes) -> tuple[str, Nodes]:
    """Return the name in a `var()`, and what it says where nothing sets that."""
    name = next((node.value for node in arguments if node.type == "ident"), "")
    comma = next((number for number, node in enumerate(arguments) if node.type == "literal" and node.value == ","), len(arguments))
    return name, arguments[comma + 1 :]


def _product(node: Any) -> Any:
    """Return a `calc()` that is a product of two plain numbers as the number, else what was given."""
    parts = [part for part in node.arguments if part.type not in ("whitespace", "comment")]
    kinds = [part.type for part in parts]
    if node.lower_name != "calc" or kinds != ["number", "literal", "number"] or parts[1].value != "*":
        return node
    return tinycss2.parse_one_component_value(repr(parts[0].value * parts[2].value))
