"""Values of CSS properties, looked up at once: of those that no rule set, and of those that a box has in a place it had before.

A box of WeasyPrint asks for some eighty properties, and a rule set few of them. For the others WeasyPrint goes the whole way of a value
(logical names, `var()`, mathematics, computing) each time. It works out margins, paddings and sizes anew whenever a box is laid out,
three times of four from the same style in the same room. Not one byte differs (docs/developers.md, Speed; tests/test_lines.py).
"""

from collections.abc import Callable
from typing import Any

NOT_PLAIN = frozenset({"page", "float", "display", "position"})
"""Properties whose value depends on others, or whose given value is kept."""


def quick(css: Any) -> Callable[[Any, str], Any]:
    """Return `ComputedStyle.__missing__` with the short cuts, from WeasyPrint's module `css`.

    - A property that is not inherited and not computed from its initial value has that one.
    - One that is inherited has its parent's, where that is a word or a number: neither can be mathematics, which is worked out anew.
    """
    slow: Callable[[Any, str], Any] = css.ComputedStyle.__missing__
    physical = css.PHYSICAL_FUNCTIONS
    logical = {function(block="ttb", inline=inline) for function in physical.values() for inline in ("ltr", "rtl")}

    def plain(name: str) -> bool:
        return name not in NOT_PLAIN and not name.startswith("text_decoration_")

    inherited = {name for name in css.INHERITED if plain(name) and name not in physical}
    computed = css.INHERITED | css.INITIAL_NOT_COMPUTED
    initial = {
        name: value for name, value in css.INITIAL_VALUES.items() if plain(name) and name not in computed and not css.check_math(value)
    }

    def missing(style: Any, name: str) -> Any:
        cascaded = style.cascaded
        if name not in cascaded:
            if name in initial:
                if name not in physical or logical.isdisjoint(cascaded):
                    value = style[name] = initial[name]
                    return value
            elif name in inherited and style.parent_style is not None:
                value = style.parent_style[name]
                if type(value) in (str, int, float):
                    style[name] = value
                    return value
        return slow(style, name)

    return missing


SIDES = ("top", "right", "bottom", "left")
USED = (
    *(f"margin_{side}" for side in SIDES),
    *(f"padding_{side}" for side in SIDES),
    *(f"border_{side}_width" for side in SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
"""What WeasyPrint's `resolve_percentages` sets: used values, in pixels or `auto`."""


def percentages(slow: Callable[[Any, Any], None], boxes: Any) -> Callable[[Any, Any], None]:
    """Return `resolve_percentages` with a memory in each style, from that and WeasyPrint's module `boxes`.

    What it sets follows from the style and the room, but for pages and for tables whose borders collapse. Where the layout changes a
    style, for items of flex boxes and grids, it changes a copy, which has no memory yet.
    """

    def resolve(box: Any, containing_block: Any) -> None:
        around = isinstance(containing_block, boxes.Box)
        room = (containing_block.width, containing_block.height) if around else tuple(containing_block)
        style = box.style
        memory = style.__dict__.get("resolved")
        if memory is None:
            memory = style.resolved = {}
        found = memory.get(room)
        if found is not None:
            box.__dict__.update(found)
            return
        slow(box, containing_block)
        if style["border_collapse"] != "collapse" and not isinstance(box, boxes.PageBox):
            values = box.__dict__
            memory[room] = {name: values[name] for name in USED}

    return resolve
