"""A YAML document against the shape it must have: pydantic's errors, told with a place and in words."""

from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from leaflets.parse.yaml import Document, Loc
from leaflets.problems import Checked, Problem, nearest, shortened

S = TypeVar("S", bound=BaseModel)
_TOP: Loc = ()


def validate(document: Document, shape: type[S]) -> Checked[S | None]:
    """Return the document as an instance of its shape, or None and one problem for each thing that does not fit."""
    try:
        return Checked(shape.model_validate(document.data))
    except ValidationError as failed:
        told = (_problem(error, document, shape) for error in failed.errors(include_url=False))
        return Checked(None, tuple(dict.fromkeys(told)))


def _real(loc: Loc, data: Any) -> Loc:
    """Drop the parts of pydantic's location that name a member of a union, not a part of the document."""
    kept: list[str | int] = []
    for part in loc:
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[int(part)]
        elif part != loc[-1] or part == "[key]" or not (isinstance(data, dict) and isinstance(part, str) and _is_key(part)):
            continue
        kept.append(part)
    return tuple(kept)


def _is_key(part: str) -> bool:
    return part.replace("_", "").isalnum()


def _problem(error: ErrorDetails, document: Document, shape: type[BaseModel]) -> Problem:
    kind = error["type"]
    loc = _real(error["loc"], document.data)
    key = str(loc[-1]) if loc else ""
    place = document.place(loc)
    if error["loc"] and error["loc"][-1] == "[key]":
        named = str(error["loc"][-2])
        told = "ids are written in small letters, digits and hyphens (traits: underscores), as `hsct-harms`"
        return Problem("K05", f"`{named}` cannot be an id", document.key_place(_real(error["loc"][:-1], document.data)), told)
    if kind == "extra_forbidden":
        moved = {name: where for found in _around(shape, error["loc"][:-1]) for name, where in getattr(found, "moved", {}).items()}
        hint = moved.get(key) or nearest(key, _keys(shape, error["loc"][:-1]))
        if error["input"] is None and " " in key:
            hint = "text that holds a comma, inside `{…}`, needs quotes around it"
        return Problem("K01", f"unknown key `{key}`", document.key_place(loc), hint)
    if kind == "missing":
        inside = f" in `{loc[-2]}`" if len(loc) > 1 else ""
        return Problem("K02", f"the key `{key}` is missing{inside}", document.key_place(loc[:-1]), _about(shape, error["loc"]))
    if kind in ("literal_error", "union_tag_invalid", "union_tag_not_found"):
        return _not_listed(error, document, loc, place)
    return Problem("K03", f"{_subject(key)} {_WORDS.get(kind, _fallback)(error)}", place, _about(shape, error["loc"]))


def _not_listed(error: ErrorDetails, document: Document, loc: Loc, place: Any) -> Problem:
    context = error.get("ctx", {})
    if error["type"] == "union_tag_not_found":
        discriminator = str(context.get("discriminator", "kind")).strip("'")
        return Problem(
            "K02",
            f"the key `{discriminator}` is missing in `{loc[-1]}`",
            document.key_place(loc),
            "it says which other keys there are",
        )
    tag = context.get("tag")
    listed = str(context.get("expected_tags") or context.get("expected", "")).replace(" or ", ", ")
    known = [word.strip().strip("'\"") for word in listed.split(",")]
    given = tag if tag is not None else error["input"]
    place = document.place((*loc, str(context.get("discriminator", "")).strip("'"))) if tag is not None else place
    name = loc[-1] if tag is None else "kind"
    return Problem("K04", f"`{name}` cannot be `{given}`", place, nearest(str(given), known))


def _subject(key: str) -> str:
    return f"`{key}`" if key else "the file"


def _fallback(error: ErrorDetails) -> str:
    return f"is not right: {error['msg'].lower()}"


def _is(told: str) -> Any:
    return lambda _: told


def _text(error: ErrorDetails) -> str:
    given = error["input"]
    if given is None:
        return "is empty"
    if isinstance(given, bool | int | float):
        return "should be text: put it in quotes, just as it stands"
    return "should be text"


_WORDS: dict[str, Any] = {
    "string_type": _text,
    "int_type": _is("should be a whole number"),
    "int_parsing": _is("should be a whole number"),
    "int_from_float": _is("should be a whole number"),
    "float_type": _is("should be a number"),
    "float_parsing": _is("should be a number"),
    "bool_type": _is("should be `true` or `false`"),
    "bool_parsing": _is("should be `true` or `false`"),
    "list_type": _is("should be a list: one `- ` line for each entry"),
    "dict_type": _is("should hold keys, each on a line of its own and indented"),
    "model_type": _is("should hold keys, each on a line of its own and indented"),
    "model_attributes_type": _is("should hold keys, each on a line of its own and indented"),
    "date_type": _is("should be a date, as 2026-11-23"),
    "date_parsing": _is("should be a date, as 2026-11-23"),
    "date_from_datetime_parsing": _is("should be a date, as 2026-11-23"),
    "date_from_datetime_inexact": _is("should be a date, as 2026-11-23"),
    "string_too_short": _is("is empty"),
    "string_too_long": lambda error: f"is longer than {error['ctx']['max_length']} characters",
    "too_short": lambda error: f"needs {error['ctx']['min_length']} or more entries",
    "greater_than_equal": lambda error: f"is {error['input']}; it should be {error['ctx']['ge']:g} or more",
    "less_than_equal": lambda error: f"is {error['input']}; it should be {error['ctx']['le']:g} or less",
    "finite_number": _is("should be a number"),
    "string_pattern_mismatch": lambda error: f"is not written as it should be: `{shortened(' '.join(error['input'].split()))}`",
}


def _shapes(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the shapes an annotation can hold, through lists, dicts, unions and Annotated."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _shapes(argument)


def _around(shape: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    """Return the shapes that the part of the document at pydantic's location `loc` can have."""
    shapes = [shape]
    for part in loc:
        fields = [s.model_fields[part] for s in shapes if isinstance(part, str) and part in s.model_fields]
        if fields:
            shapes = [found for field in fields for found in _shapes(field.annotation)]
        elif tagged := [s for s in shapes if "kind" in s.model_fields and part in get_args(s.model_fields["kind"].annotation)]:
            shapes = tagged
    return shapes


def _keys(shape: type[BaseModel], loc: Loc) -> set[str]:
    return {key for found in _around(shape, loc) for key in found.model_fields}


def _about(shape: type[BaseModel], loc: Loc) -> str:
    """Return the description of the field at `loc`, the help an editor also shows."""
    for depth in range(len(loc) - 1, -1, -1):
        part = loc[depth]
        for found in _around(shape, loc[:depth]):
            if isinstance(part, str) and part in found.model_fields:
                return found.model_fields[part].description or ""
    return ""
