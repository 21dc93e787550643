"""Pictures and fonts of a workspace: only what prints well, embeds whole and can do no harm."""

import re
from xml.parsers import expat

from leaflets.problems import Span

_MAGIC = {".png": (b"\x89PNG\r\n\x1a\n",), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",), ".svg": ()}
_FONTS = {".ttf": (b"\x00\x01\x00\x00", b"true"), ".otf": (b"OTTO",)}
_HARM = re.compile(
    rb"<\s*(?:[\w.-]+:)?(script|foreignObject|iframe|animate\w*|set|use|image)\b|\son\w+\s*=|javascript:|@import|<!ENTITY|<!DOCTYPE",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(rb"(?:href|src)\s*=\s*[\"'](?!#)|url\(\s*+[\"']?+(?!#)", re.IGNORECASE)


def is_font(name: str) -> bool:
    """Whether a file is a font, by its name."""
    return name.endswith(tuple(_FONTS))


def check(name: str, content: bytes, path: str) -> tuple[str, str, Span, str] | None:
    """Return the problem (code, message, place, hint) of a picture or font that cannot be used, or None."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    hint = "pictures are .svg, .png or .jpg, fonts .ttf or .otf"
    if suffix not in _MAGIC and suffix not in _FONTS:
        return "F12", f"`{name}` is no picture that can be used", Span(path), hint
    if not re.fullmatch(r"[a-z0-9]+([-_.][a-z0-9]+)*", name):
        return "F10", f"`{name}` is not usable as a name", Span(path), "use small letters, digits and hyphens"
    if suffix in _FONTS:
        return None if content.startswith(_FONTS[suffix]) else ("F12", f"the file is no {suffix[1:].upper()} font", Span(path), hint)
    if _MAGIC[suffix]:
        return None if content.startswith(_MAGIC[suffix]) else ("F12", f"the file is no {suffix[1:].upper()} picture", Span(path), hint)
    return _check_svg(content, path)


def _check_svg(content: bytes, path: str) -> tuple[str, str, Span, str] | None:
    for pattern, told in ((_HARM, "holds something that is no drawing"), (_OUTSIDE, "refers to another file")):
        if match := pattern.search(content):
            line = content.count(b"\n", 0, match.start()) + 1
            return (
                "F12",
                f"the drawing {told}: `{match[0].decode(errors='replace').strip()}`",
                Span(path, line, 1),
                "save it as a plain SVG",
            )
    parser = expat.ParserCreate("utf-8")
    try:
        content.decode("utf-8")  # in another encoding the searches above would find nothing
        parser.Parse(content, True)
    except UnicodeDecodeError:
        return "F12", "the drawing is not UTF-8", Span(path, 1, 1), "save it again as SVG"
    except expat.ExpatError as error:
        return (
            "F12",
            f"the drawing is no SVG: {expat.ErrorString(error.code)}",
            Span(path, error.lineno, error.offset + 1),
            "save it again as SVG",
        )
    if b"<svg" not in content:
        return "F12", "the file is no SVG drawing", Span(path, 1, 1), "save it again as SVG"
    return None
