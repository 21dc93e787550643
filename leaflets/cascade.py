"""Values of CSS properties that no rule set, looked up at once.

A box of WeasyPrint asks for some eighty properties, and a rule set few of them. For the others WeasyPrint goes the whole way of a value
(logical names, `var()`, mathematics, computing) each time. Two short cuts lead to the same value for most of them, which takes 7% off the
work of a leaflet; not one byte differs (docs/developers.md, Speed; tests/test_lines.py).
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
