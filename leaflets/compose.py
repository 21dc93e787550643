"""A printed leaflet and the templates to one HTML text. The only room for Jinja.

Templates are sandboxed and strict: a name that is not there is an error, never an empty text. Everything is escaped.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from functools import lru_cache, partial
from typing import Any, Literal

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment, is_internal_attribute
from markupsafe import Markup

from leaflets import bidi, figures, specimen, theme
from leaflets.facts import Voice, fill
from leaflets.markup import inlines_of, text_of, walk
from leaflets.model import PROFILES, Block, Edition, EditionKind, Figure, Inline, Panel, Picture, Printed, State, Workspace
from leaflets.problems import Checked, Problem, Span

_MARK, _QR_MARK = "\ue000fingerprint\ue000", "\ue000code\ue000"
"""Stand where the fingerprint and its QR code will stand; letters for private use, which no text of a workspace can hold."""
_SPACE_BEFORE = re.compile(r"(?<=\S) (<(?:strong|a|span)\b(?![^>]*(?:\bdir=|class=\"blank\"))[^>]*>)")
"""A space before an inline box, which goes into the box on paper: WeasyPrint 70 breaks a line after its first word where the text before
the box fits only without its last space (docs/developers.md shows it)."""
_SCHEME = re.compile(r'(?<!")(https?://)(?=[^\s<])')
"""How an address in a text begins: on paper, no line breaks behind it, so that `https://` never stands alone."""
_NO_BREAK = "\u00a0"
_NUMBER = re.compile(r"([^\d<>&]+ )(\d[^<>&]{0,19})")
"""A number with words before it, without markup; longer ones would not fit a narrow column."""
_ICON = re.compile(r"asset:icon-([a-z0-9-]+)\.svg")
"""How a style sheet names a pictogram: styles/icons/NAME.svg."""
_TOKEN = re.compile(r"var\(--([a-z-]+)\)")
"""How a pictogram names a colour of the theme."""
PANEL_STYLE = "panel.css"
"""The style sheet that only a leaflet with a panel is given."""
PAGE = "page"
"""The context of what templates say themselves."""
QR_WORDS = "Picture for a telephone camera: opens {address}"
TRANSLATED_BY: dict[State | None, str] = {
    "machine": "A machine made this translation from English. No translator and no health professional has checked it yet.",
    "translated": "A translator has made or checked this translation. No health professional has checked it yet.",
    "revised": "Two translators have checked this translation. No health professional has checked it yet.",
}
"""What a draft says of how far its translation is."""
LONG = 1_100
"""Words from which on a leaflet gets a list of contents: about four pages (S7)."""


_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What a template can raise."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a language is set: direction, CSS counter style, style for an edition; versions of what it is made with.
    `larger`: its script is set larger than Latin. `mend` is what each piece of text goes through before it is set: it holds together what
    the script would take apart.
    """

    direction: Literal["ltr", "rtl"]
    digits: str
    type_css: Callable[[EditionKind], str]
    versions: Mapping[str, str]
    larger: bool = False
    mend: Callable[[str], str] | None = None


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox that remembers what it allowed: the same attributes of the same kinds of things are asked for thousands of times."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute, as Jinja's sandbox decides; of our own nouns asked once for each kind."""
        if not is_dataclass(obj) or callable(value):
            return super().is_safe_attribute(obj, attr, value)
        kind: Any = type(obj)
        return _allowed(kind, attr)


@lru_cache(maxsize=4096)
def _allowed(kind: Hashable, attr: str) -> bool:
    """Whether a field of a noun may be read: no name that begins with an underscore, which is what the sandbox refuses of data."""
    return not attr.startswith("_") and not is_internal_attribute(kind, attr)


class Composer:
    """The templates of one workspace, compiled once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.env = _Sandbox(
            loader=FunctionLoader(self._source),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self.env.filters |= {"kind": _kind, "css_content": _css_content, "put": _put, "tied": _tied, "begun": figures.begun}
        self.env.filters |= {"icon_array": _icon_array, "certainty": _certainty, "abreast": figures.abreast, "bare": _bare}

    def compose(
        self,
        printed: Printed,
        voice: Voice,
        state: Literal["draft", "final"],
        local: Workspace,
        manner: Manner,
        source: Printed | None = None,
        translation: State | None = None,
        panel: Panel | None = None,
    ) -> Checked[Edition | None]:
        """Return the edition of a leaflet, its fingerprint in it, or None and the template's problem.

        `local` is the workspace with its small texts in the leaflet's language; `source` the leaflet this one is a translation of,
        and `translation` how far that is. The fingerprint is the first 16 hexadecimal digits of the SHA-256 over the HTML without
        it, the style sheets, the pictures and the versions of the tools. The same input gives the same fingerprint, on any day and
        machine with those versions. With a `panel` it is that of the leaflet without one: it tells the leaflet, and nothing of a person.
        """
        request = printed.leaflet.request
        kind = self.workspace.editions[request.edition]
        try:
            values = self._values(kind, printed, voice, state, local, manner, source, translation)
            plain, styles = self._plain(kind, values)
            assets = self._assets(printed, kind) | self._icons((text for _, text in styles), kind)
            key = _digest(plain, styles, assets, manner.versions)
            if panel:
                plain, styles = self._plain(replace(kind, styles=(*kind.styles, PANEL_STYLE)), values | {"panel": panel})
                key = key[:16] + _digest(plain, styles, assets, manner.versions)[16:]
            html = plain.replace(_QR_MARK, self._code(voice, key[:16])).replace(_MARK, key[:16])
            html = bidi.in_html(html, manner.mend) if manner.mend else html
        except _FAULTS as error:
            return Checked(None, (_told(error, kind.template).within(**request.where()),))
        most = 0 if panel else kind.pages  # lines for one person may take a letter to one page more
        made = Edition(request, printed.title, html, styles, assets, key, state, kind.format, most)
        return Checked(replace(made, variant=kind.variant, profile=kind.profile, imposition=kind.imposition))

    def _plain(self, kind: EditionKind, values: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the HTML, marks in the place of its fingerprint, and the style sheets it is set with, names and texts."""
        styles = self.styles(kind)
        if kind.format == "html":
            styles = {name: self._with_icons(text, kind) for name, text in styles.items()}
        plain = self.env.get_template(kind.template).render({**values, "styles": styles})
        if kind.format == "pdf":
            plain = _SCHEME.sub(rf"\1{bidi.JOINER}", _SPACE_BEFORE.sub(r"\1 ", plain))
        return plain, tuple(styles.items())

    def styles(self, kind: EditionKind) -> dict[str, str]:
        """Return the style sheets of an edition by name, the theme first, so that each of the others can change what it sets."""
        return {theme.SHEET: theme.css(self.workspace.theme, kind)} | {name: self.workspace.styles[name] for name in kind.styles}

    def page(self, template: str, **values: Any) -> Checked[str]:
        """Return a page that is no leaflet (the index of what was built); empty, with a problem, where the template has a fault."""
        try:
            return Checked(self.env.get_template(template).render(_=str, look=theme.css(self.workspace.theme), **values))
        except _FAULTS as error:
            return Checked("", (_told(error, template),))

    def messages(self) -> Iterator[tuple[str, Span]]:
        """Yield what the templates say themselves, `_("…")`, each with its place. A template with a fault is told when it is used."""
        yield QR_WORDS, Span("templates/parts/about.html")
        yield from ((words, Span("templates/parts/draft.html")) for words in TRANSLATED_BY.values())
        for name in sorted(self.workspace.templates):
            if name == "index.html":
                continue  # for staff, in the language the program is written in
            try:
                found = self.env.extract_translations(self.workspace.templates[name])  # type: ignore[attr-defined]
            except TemplateSyntaxError:
                continue
            yield from ((text, Span(f"templates/{name}", line, 1)) for line, _, text in found if isinstance(text, str))

    def _source(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """Return a template's text, and its path, which its errors then name."""
        text = self.workspace.templates.get(name)
        return None if text is None else (text, f"templates/{name}", lambda: True)

    def _assets(self, printed: Printed, kind: EditionKind) -> dict[str, bytes]:
        names = {f"{PROFILES}{kind.profile}"} if kind.variant == "pdf/x-4" else set()
        names |= {block.asset for section in printed.sections for block in walk(section.blocks) if isinstance(block, Picture)}
        if self.workspace.theme.logo:
            names.add(self.workspace.theme.logo)
        return {name: self._picture(name, kind) for name in sorted(names)}

    def _picture(self, name: str, kind: EditionKind) -> bytes:
        """Return a picture as it is printed: a drawing in the theme's colours, but for a logo, which has its own."""
        content, look = self.workspace.assets[name], self.workspace.theme
        return theme.painted(content, look, kind) if name.endswith(".svg") and name != look.logo else content

    def _icons(self, styles: Iterable[str], kind: EditionKind) -> dict[str, bytes]:
        """Return the pictograms that style sheets name, in the colours of the theme."""
        names = sorted({name for text in styles for name in _ICON.findall(text)})
        return {f"icon-{name}.svg": self._icon(name, kind).encode() for name in names if f"icons/{name}.svg" in self.workspace.styles}

    def _icon(self, name: str, kind: EditionKind) -> str:
        colours = theme.colours(self.workspace.theme, kind)
        return _TOKEN.sub(lambda found: colours[found[1].replace("-", "_")], self.workspace.styles[f"icons/{name}.svg"])

    def _with_icons(self, text: str, kind: EditionKind) -> str:
        """Return a style sheet with its pictograms in it: a page for the screen is one file."""
        return _ICON.sub(lambda found: f"data:image/svg+xml;base64,{base64.b64encode(self._icon(found[1], kind).encode()).decode()}", text)

    def _values(
        self,
        kind: EditionKind,
        printed: Printed,
        voice: Voice,
        state: str,
        local: Workspace,
        manner: Manner,
        source: Printed | None,
        translation: State | None,
    ) -> dict[str, Any]:
        """Return what a template sees."""
        request, english = printed.leaflet.request, (source or printed).leaflet.recipe
        words = sum(len(re.findall(r"\w+", _letters(block))) for section in (source or printed).sections for block in walk(section.blocks))
        values = {
            "_": partial(voice.say, context=PAGE),
            "leaflet": printed,
            "recipe": printed.leaflet.recipe,
            "source": source,
            "english": english,
            "translation": translation,
            "translated_by": TRANSLATED_BY.get(translation, ""),
            "request": request,
            "profile": local.profiles[request.profile],
            "traits": [local.vocabulary[trait].values[value].title for trait, value in request.traits],
            "edition": kind,
            "clinic": local.clinic,
            **self._look(kind, manner),
            "parts": partial(specimen.parts, printed),
            "country": local.countries.get(printed.leaflet.country),
            "language_names": voice.names,
            "source_language": self.workspace.language,
            "direction": manner.direction,
            "digits": manner.digits,
            "state": state,
            "fingerprint": _MARK,
            "verify_address": self.workspace.clinic.verify_url + _MARK,
            "qr": Markup(_QR_MARK),  # noqa: S704 - a mark of our own
            "voice": voice,
            "contents": words > LONG,
            "panel": None,
            "asset": partial(self._data_address, kind=kind) if kind.format == "html" else _address,
        }
        spoken = {"_": str, "voice": Voice(self.workspace.language, printed.leaflet.country), "direction": "ltr"}
        return values | {"source_block": self._blocks(values | spoken), "block_of": self._blocks(values)}

    def _look(self, kind: EditionKind, manner: Manner) -> dict[str, Any]:
        look = self.workspace.theme
        paints, palette = theme.paints(look, kind), partial(theme.palette, look)
        return {"theme": look, "paints": paints, "palette": palette, "type_css": manner.type_css(kind), "larger": manner.larger}

    def _blocks(self, values: Mapping[str, Any]) -> Callable[[Block], Markup]:
        """Return what makes the HTML of a block, said in the language of `values`; the macros are bound to it at the first one."""
        bound: list[Any] = []

        def block(one: Block) -> Markup:
            if not bound:
                bound.append(self.env.get_template("parts/blocks.html").make_module(dict(values)))
            return Markup(bound[0].block(one))  # noqa: S704 - the template escaped what is in it

        return block

    def _code(self, voice: Voice, fingerprint: str) -> str:
        address = self.workspace.clinic.verify_url + fingerprint
        return figures.code_to_draw(address, fill(voice.say(QR_WORDS, PAGE), address=address))

    def _data_address(self, name: str, kind: EditionKind) -> str:
        """Return a picture as an address that holds it: a page for the screen is one file."""
        subtype = {"svg": "svg+xml", "jpg": "jpeg"}.get(suffix := name.rsplit(".", 1)[-1], suffix)
        return f"data:image/{subtype};base64,{base64.b64encode(self._picture(name, kind)).decode()}"


def _address(name: str) -> str:
    return f"asset:{name}"


def _letters(block: Block) -> str:
    return " ".join(text_of(inlines) for inlines in inlines_of(block))


def _kind(thing: Block | Inline) -> str:
    """Return the name of a block's or inline's part: `FactTable` -> `fact-table`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(thing).__name__).lower()


def _icon_array(array: Any, direction: str, paints: Mapping[str, str]) -> Markup:
    return Markup(figures.icon_array(array, direction == "rtl", paints))  # noqa: S704 - figures.py escapes the only text in it


def _certainty(level: str, alt: str, direction: str, paints: Mapping[str, str]) -> Markup:
    return Markup(figures.certainty(level, alt, direction == "rtl", paints))  # noqa: S704 - figures.py escapes the only text in it


def _bare(figure: Figure) -> Figure:
    """Return a figure without what stands in it: only what it says of itself is set then."""
    return replace(figure, blocks=())


def _put(template: str, **values: Any) -> Markup:
    """Return a text with HTML in place of its braces, `{word} ({meaning})`; the text itself is escaped."""
    parts = re.split(r"\{(\w+)\}", template)
    return Markup("").join(values[part] if index % 2 else part for index, part in enumerate(parts))


def _tied(number: str) -> str:
    """Return a number with what follows its first digit on one line, `about 83 of 100`. One that begins with a digit has nowhere else to
    break, and what is longer, or more than text, is no number.
    """
    match = _NUMBER.fullmatch(number)
    return type(number)(match[1] + match[2].replace(" ", _NO_BREAK)) if match else number


def _css_content(text: str, digits: str = "decimal") -> Markup:
    """Return a text as a value of CSS `content`: `{page}` and `{pages}` count, everything else stands in quotes."""
    parts = re.split(r"\{(page|pages)\}", text)
    return Markup(" ".join(f"counter({part}, {digits})" if index % 2 else _css_string(part) for index, part in enumerate(parts)))  # noqa: S704 - escaped


def _css_string(text: str) -> str:
    """Return a text as a CSS string in quotes; every letter that could end it, or the style element, is escaped."""
    return '"' + "".join(f"\\{ord(letter):x} " if letter in "\"\\\n\r\f<>&'" else letter for letter in text) + '"'


def _told(error: Exception, template: str) -> Problem:
    """Return a template's error as a problem with its file and line."""
    if isinstance(error, TemplateNotFound):
        return Problem("P08", f"there is no template `{error.name}`", Span(f"templates/{template}"), "see the names in templates/")
    path, line = f"templates/{template}", 0
    if isinstance(error, TemplateSyntaxError):
        path, line = f"templates/{error.name or template}", error.lineno
    trace = error.__traceback__
    while trace and not isinstance(error, TemplateSyntaxError | RecursionError):
        if trace.tb_frame.f_code.co_filename.startswith("templates/"):
            path, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    message = "it calls itself without end" if isinstance(error, RecursionError) else str(error)
    return Problem("P08", f"the template cannot be used: {message}", Span(path, line, 1 if line else 0), "see what stands there")


def _digest(html: str, styles: Iterable[tuple[str, str]], assets: Mapping[str, bytes], versions: Mapping[str, str]) -> str:
    hashed = {name: hashlib.sha256(content).hexdigest() for name, content in assets.items()}
    whole = json.dumps([html, list(styles), hashed, dict(versions)], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()
