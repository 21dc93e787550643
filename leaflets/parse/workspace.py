"""The files of a workspace, each by its kind, to nouns; then the nouns against one another (`references`)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel

from leaflets import catalog, markup
from leaflets.model import (
    COLOURS,
    LEAFLET,
    PROFILES,
    Catalog,
    Clinic,
    Country,
    Deliverable,
    Duration,
    EditionKind,
    Fact,
    Family,
    Files,
    Interval,
    MustShow,
    Organisation,
    Person,
    Phrase,
    Price,
    Profile,
    Recipe,
    Section,
    ShortText,
    SignOff,
    Source,
    Term,
    Theme,
    Tongue,
    Trait,
    Value,
    Workspace,
)
from leaflets.parse import conditions, pictures, references, shapes
from leaflets.parse.decode import decode
from leaflets.parse.validate import validate
from leaflets.parse.yaml import Document, load
from leaflets.problems import Checked, Ledger, Problem, Span, nearest

T = TypeVar("T")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COLLECTIONS = {
    "facts": "facts",
    "sources": "sources",
    "glossary": "terms",
    "profiles": "profiles",
    "countries": "countries",
    "phrases": "phrases",
}
_SINGLE = {"workspace", "vocabulary", "clinic", "signoffs"}
_NOT_OURS = re.compile(r"content/(README|LICENSE|LICENCE|CHANGELOG|NOTES)[^/]*", re.IGNORECASE)
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?: to ([0-9]+(?:\.[0-9]+)?))? (minute|hour|day|week|month|year)s?")


def parse(files: Files) -> Checked[Workspace]:
    """Read every file; return the workspace as far as it could be read, and all problems."""
    draft = _Draft(ledger=Ledger(list(files.problems)), builtin=files.builtin)
    for path in sorted(files.contents):
        draft.read(path, files.contents[path])
    if not any(path.startswith("content/") for path in files.contents) and not files.problems:
        hint = "make one with `leaflets new workspace`, or give another folder with --workspace"
        draft.ledger.add("F01", "the folder has no content/ folder, so it is no workspace", Span("content"), hint)
    workspace = draft.workspace()
    draft.ledger.extend(references.check(workspace, draft.broken))
    return Checked(workspace, tuple(draft.ledger))


@dataclass(slots=True)
class _Draft:
    """A workspace while its files are read."""

    ledger: Ledger
    builtin: frozenset[str]
    documents: dict[str, tuple[Document, Any]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # names of files that could not be read, so that nobody calls them missing
    facts: dict[str, Fact] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    countries: dict[str, Country] = field(default_factory=dict)
    phrases: dict[str, Phrase] = field(default_factory=dict)
    leaflets: dict[str, Recipe] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    editions: dict[str, EditionKind] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    fonts: dict[str, bytes] = field(default_factory=dict)
    catalogs: dict[str, Catalog] = field(default_factory=dict)
    tongues: dict[str, Tongue] = field(default_factory=dict)
    places: dict[tuple[str, str], Span] = field(default_factory=dict)

    # ------------------------------------------------ one file

    def read(self, path: str, content: bytes) -> None:
        """Read one file by what its path says it is."""
        if path.startswith("content/assets/"):
            self.asset(path, content)
            return
        if path.startswith("styles/icons/") and path.endswith(".svg"):
            self.icon(path, content)
            return
        if path.startswith(f"styles/{PROFILES}") and path.endswith(".icc"):
            self.assets[path.removeprefix("styles/")] = content
            return
        reader = self.reader(path)
        if reader is None:
            self.stray(path)
            return
        text = self.ledger.take(decode(content, path))
        if text is None:
            self.broken.update((_stem(path), references.ANY + path.split("/")[1].removesuffix(".yaml")))
        else:
            reader(path, text)

    def reader(self, path: str) -> Callable[[str, str], None] | None:
        """Return what reads a file of this path, or None where no rule knows it."""
        folder, _, rest = path.partition("/")
        if folder == "templates" and rest.endswith(".html"):
            return partial(self.raw, self.templates)
        if folder == "styles" and rest.endswith(".css"):
            return partial(self.raw, self.styles)
        if folder == "styles":
            return {"editions.yaml": self.edition_file, "theme.yaml": self.theme_file}.get(rest)
        if folder != "content":
            return None
        if rest.startswith("sections/") and rest.endswith(".md"):
            return self.section
        if rest.startswith("translations/") and rest.endswith(".po"):
            return self.catalog
        if not rest.endswith(".yaml"):
            return None
        kind = rest.split("/")[0].removesuffix(".yaml")
        if kind in ("leaflets", "translations") and "/" in rest:
            return self.leaflet if kind == "leaflets" else self.tongue
        if kind in _COLLECTIONS:
            return partial(self.collection, kind)
        return partial(self.single, kind) if kind in _SINGLE and "/" not in rest else None

    def stray(self, path: str) -> None:
        if _NOT_OURS.fullmatch(path) or path.split("/")[-1] in ("README.md", "messages.pot"):
            return
        name = path.split("/")[-1]
        hint = "see the list of files in docs/authors.md"
        if path.endswith(".yml"):
            hint = f"call it `{name.removesuffix('.yml')}.yaml`"
        elif path.startswith("content/") and "/" not in path.removeprefix("content/"):
            hint = nearest(name, [f"{kind}.yaml" for kind in (*_COLLECTIONS, *_SINGLE)])
        elif path.startswith("content/sections/"):
            hint = "sections end in `.md`; pictures stand in content/assets/"
        self.ledger.add("F09", "this file is not used", Span(path), hint)

    def raw(self, into: dict[str, str], path: str, text: str) -> None:
        into[path.partition("/")[2]] = text

    def asset(self, path: str, content: bytes) -> None:
        name = path.removeprefix("content/assets/")
        if problem := pictures.check(name, content, path):
            self.ledger.add(*problem)
            self.broken.add(name)
        elif pictures.is_font(name):
            self.fonts[name] = content
        else:
            self.assets[name] = content

    def icon(self, path: str, content: bytes) -> None:
        """Read a pictogram: a drawing that style sheets name, `asset:icon-NAME.svg`."""
        if problem := pictures.check(path.removeprefix("styles/icons/"), content, path):
            self.ledger.add(*problem)
        else:
            self.styles[path.removeprefix("styles/")] = content.decode()

    def document(self, path: str, text: str, shape: type[BaseModel], first_line: int = 1) -> tuple[Document, Any] | None:
        """Read a YAML text against its shape."""
        before = len(self.ledger.problems)
        document = self.ledger.take(load(text, path, first_line))
        if document is None:
            self.broken.update((_stem(path), references.ANY + path.split("/")[1].removesuffix(".yaml")))
            return None
        value = self.ledger.take(validate(document, shape))
        if value is None or len(self.ledger.problems) > before:
            self.broken.update((_stem(path), references.SOME + path.split("/")[1].removesuffix(".yaml")))
            if isinstance(document.data, dict):  # names inside a broken file are known, though their records are not
                inner = next((v for v in document.data.values() if isinstance(v, dict)), {})
                self.broken.update(str(key) for key in inner)
        return None if value is None else (document, value)

    def named(self, path: str) -> str | None:
        """Return the name a file gives its record; note a name that is not usable or taken."""
        name = _stem(path)
        if not _NAME.fullmatch(name):
            suffix = path[path.rfind(".") :]
            better = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "a-name"
            self.ledger.add("F10", f"`{name}` is not usable as a name", Span(path), f"call the file `{better}{suffix}`")
            self.broken.add(name)
            return None
        kind = path.split("/")[1]
        first = self.places.setdefault((kind, name), Span(path))
        if first.path != path:
            own, other = (first.path, path) if path in self.builtin else (path, first.path)
            hint = f"to replace the built-in one, put yours at {other}" if other in self.builtin else "give one of them another name"
            self.ledger.add("F11", f"two {kind} are called `{name}`: this file and {other}", Span(own), hint)
            return None
        return name

    # ------------------------------------------------ kinds of files

    def single(self, kind: str, path: str, text: str) -> None:
        if read := self.document(path, text, shapes.SHAPES[kind]):
            self.documents[kind] = read

    def edition_file(self, path: str, text: str) -> None:
        if read := self.document(path, text, shapes.EditionsShape):
            _, value = read
            for name, row in value.editions.items():
                given = row.model_dump() | {"styles": tuple(row.styles)}
                self.editions[name] = EditionKind(name, **{key: value for key, value in given.items() if value is not None})

    def theme_file(self, path: str, text: str) -> None:
        self.single("theme", path, text)

    def collection(self, kind: str, path: str, text: str) -> None:
        read = self.document(path, text, shapes.SHAPES[kind])
        if read is None:
            return
        document, value = read
        key = _COLLECTIONS[kind]
        into: dict[str, Any] = getattr(self, key)
        for name, row in getattr(value, key).items():
            span = document.key_place((key, name))
            if name in into:
                first = into[name].span
                self.ledger.add("F11", f"`{name}` is already in {first.path}, line {first.line}", span, "keep one of the two")
                continue
            into[name] = getattr(self, f"_{key}")(name, row, span, document, (key, name))

    def section(self, path: str, text: str) -> None:
        name = self.named(path)
        lines = text.split("\n")
        if lines[0].strip() != "---" or "---" not in (line.rstrip() for line in lines[1:]):
            told = "the header is not closed" if lines[0].strip() == "---" else "the file does not begin with a header"
            hint = "begin with a line `---`, then `kind:` and `title:`, then another line `---`"
            self.ledger.add("M01", told, Span(path, 1, 1), hint)
            self.broken.add(_stem(path))
            return
        end = next(n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
        read = self.document(path, "\n".join(lines[1:end]), shapes.SectionShape, 2)
        parsed = markup.parse("\n".join(lines[end + 1 :]), path, end + 2, _stem(path), conditions.parse)
        blocks = self.ledger.take(parsed)
        if not blocks and not parsed.problems:
            self.ledger.add("M13", "the section has no text", Span(path, end + 1, 1), "write it below the header")
        if read is None or name is None:
            return
        document, header = read
        applies = None
        if header.applies is not None:
            place = document.place(("applies",))
            quoted = lines[place.line - 1][place.column - 1 : place.column] in ('"', "'")
            applies = self.ledger.take(conditions.parse(header.applies, Span(path, place.line, place.column + quoted)))
        span = Span(path, 1, 1)
        self.sections[name] = Section(name, header.kind, header.title, applies, blocks, span, document.place(("title",)))

    def catalog(self, path: str, text: str) -> None:
        if (language := self.language(path)) and (read := self.ledger.take(catalog.read(text, path, language))):
            self.catalogs[language] = read

    def tongue(self, path: str, text: str) -> None:
        read = self.document(path, text, shapes.TongueShape)
        language = self.language(path)
        if read is None or language is None:
            return
        document, row = read
        if row.language != language:
            place = document.place(("language",))
            self.ledger.add("T13", f"the file says it is of `{row.language}`", place, f"write `language: {language}`", language=language)
        span = Span(path, 1, 1)
        words = MappingProxyType(dict(row.terms))
        self.tongues[language] = Tongue(language, row.method, words, tuple(row.promises), tuple(row.denials), span)

    def language(self, path: str) -> str | None:
        """Return the language a file is named after; note a name that is none."""
        name = _stem(path)
        if _LANGUAGE.fullmatch(name):
            return name
        hint = "name it by its code (BCP 47): `tr.po`, `zh-Hans.po`"
        self.ledger.add("T13", f"`{name}` is no language's code", Span(path), hint, language=name)
        return None

    def leaflet(self, path: str, text: str) -> None:
        name = self.named(path)
        read = self.document(path, text, shapes.LeafletShape)
        if read is None or name is None:
            return
        document, row = read
        places = {f"sections/{i}": document.place(("sections", i)) for i in range(len(row.sections))}
        places |= {key: document.place((key,)) for key in shapes.LeafletShape.model_fields}
        must = tuple(_must_show(thing, document.place(("must_show", i))) for i, thing in enumerate(row.must_show))
        texts = {key: _short_text(key, one, document) for key, one in row.texts.items()}
        self.leaflets[name] = Recipe(
            id=name,
            title=row.title,
            short_title=row.short_title,
            version=row.version,
            default_profile=row.default_profile,
            sections=tuple(row.sections),
            must_show=must,
            written=row.written,
            published=row.published,
            evidence_searched=row.evidence_searched,
            review_due=row.review_due,
            authors=_people(row.authors),
            reviewers=_people(row.reviewers),
            funding=row.funding,
            conflicts=row.conflicts,
            licence=row.licence,
            codes=_codes(row.codes),
            span=Span(path, 1, 1),
            places=MappingProxyType(places),
            texts=MappingProxyType(texts),
        )

    # ------------------------------------------------ records

    def _facts(self, name: str, row: Any, span: Span, document: Document, loc: tuple[str, str]) -> Fact:
        fields = row.model_dump(exclude={"source", "remark", "period", "interval", "date"}, exclude_none=True)
        if "amount" in fields:
            fields["value"] = fields.pop("amount")
        sources = (row.source,) if isinstance(row.source, str) else tuple(row.source or ())
        if not sources:
            self.ledger.add("G3", f"the fact `{name}` has no source", span, "name one of sources.yaml: `source: NAME`")
        if fields["kind"] == "proportion":
            fields["period"] = self.period(row.period, document, (*loc, "period"))
            fields["interval"] = Interval(row.interval.low, row.interval.high, row.interval.level) if row.interval else None
        fact = Fact(id=name, sources=sources, date=str(row.date), span=span, **fields)
        self.ledger.extend(_contradictions(fact))
        return fact

    def period(self, text: str, document: Document, loc: tuple[str, ...]) -> Duration | None:
        """Read `2 years` or `3 to 5 years`; `none` is None."""
        if text == "none":
            return None
        match = _DURATION.fullmatch(text)
        if not match:
            hint = "write it like `2 years`, `48 weeks` or `3 to 5 years`, or `none`"
            self.ledger.add("K03", f"`period` cannot be `{text}`", document.place(loc), hint)
            return None
        return Duration(float(match[1]), float(match[2]) if match[2] else None, match[3])

    def _sources(self, name: str, row: Any, span: Span, *_: Any) -> Source:
        if not (row.doi or row.pmid or row.url or row.reference):
            hint = "give one of `doi`, `pmid`, `url` or `reference`"
            self.ledger.add("G3", f"the source `{name}` cannot be found again", span, hint)
        fields = {key: str(value) for key, value in row.model_dump(exclude={"remark", "year"}, exclude_none=True).items()}
        return Source(id=name, span=span, year=row.year, **fields)

    def _terms(self, name: str, row: Any, span: Span, *_: Any) -> Term:
        return Term(name, row.term, row.meaning, row.explanation, row.abbreviation, span, tuple(row.avoid))

    def _profiles(self, name: str, row: Any, span: Span, *_: Any) -> Profile:
        return Profile(name, row.title, MappingProxyType(dict(row.traits)), span)

    def _phrases(self, name: str, row: Any, span: Span, document: Document, loc: tuple[str, str]) -> Phrase:
        return Phrase(name, row.text, MappingProxyType(dict(row.slots)), row.strong, document.place((*loc, "text")))

    def _countries(self, name: str, row: Any, span: Span, *_: Any) -> Country:
        details = row.model_dump(exclude={"organisations"}, exclude_none=True)
        return Country(name, row.title, MappingProxyType(details), _organisations(row.organisations), span)

    # ------------------------------------------------ the whole

    def workspace(self) -> Workspace:
        settings = (
            self.documents["workspace"][1] if "workspace" in self.documents else shapes.WorkspaceShape(id="workspace", title="Workspace")
        )
        for needed in ("vocabulary", "clinic"):
            if needed not in self.documents and needed not in self.broken and any((self.leaflets, self.sections, self.profiles)):
                hint = "every workspace needs it; `leaflets new workspace` shows one"
                self.ledger.add("F01", f"content/{needed}.yaml is missing", Span(f"content/{needed}.yaml"), hint)
        return Workspace(
            id=settings.id,
            title=settings.title,
            language=settings.language,
            deliverables=tuple(_deliverable(row) for row in settings.deliverables),
            vocabulary=MappingProxyType(self.vocabulary()),
            clinic=self.clinic(),
            countries=MappingProxyType(self.countries),
            facts=MappingProxyType(self.facts),
            sources=MappingProxyType(self.sources),
            terms=MappingProxyType(self.terms),
            profiles=MappingProxyType(self.profiles),
            leaflets=MappingProxyType(self.leaflets),
            sections=MappingProxyType(self.sections),
            signoffs=self.signoffs(),
            editions=MappingProxyType(self.editions),
            templates=MappingProxyType(self.templates),
            styles=MappingProxyType(self.styles),
            assets=MappingProxyType(self.assets),
            fonts=MappingProxyType(self.fonts),
            theme=self.theme(),
            catalogs=MappingProxyType(self.catalogs),
            tongues=MappingProxyType(self.tongues),
            phrases=MappingProxyType(self.phrases),
        )

    def vocabulary(self) -> dict[str, Trait]:
        if "vocabulary" not in self.documents:
            return {}
        document, value = self.documents["vocabulary"]
        traits = {}
        for name, row in value.traits.items():
            values = {key: Value(key, one.title, _codes(one.codes)) for key, one in row.values.items()}
            span = document.key_place(("traits", name))
            if name == LEAFLET:
                self.ledger.add(
                    "K05",
                    "`leaflet` is the name of the leaflet being made, so no trait can have it",
                    span,
                    "choose another name",
                )
                continue
            if row.default not in values:
                place = document.place(("traits", name, "default"))
                self.ledger.add(
                    "V03",
                    f"the default of `{name}`, `{row.default}`, is none of its values",
                    place,
                    nearest(row.default, values),
                )
                self.broken.update((name, references.SOME + "vocabulary"))
                continue
            traits[name] = Trait(name, row.title, row.default, MappingProxyType(values), row.countries, span)
        return traits

    def clinic(self) -> Clinic:
        span = Span("content/clinic.yaml", 1, 1)
        if "clinic" not in self.documents:
            return Clinic("", "", MappingProxyType({}), frozenset(), MappingProxyType({}), "https://invalid.example/", True, span)
        document, row = self.documents["clinic"]
        for index, key in enumerate(row.write_in):
            if key not in shapes.CLINIC_DETAILS:
                self.ledger.add(
                    "K04", f"`write_in` cannot hold `{key}`", document.place(("write_in", index)), nearest(key, shapes.CLINIC_DETAILS)
                )
        details = {key: getattr(row, key) for key in shapes.CLINIC_DETAILS if getattr(row, key) is not None}
        prices = {name: self.price(name, one, document) for name, one in row.prices.items()}
        return Clinic(
            name=row.name,
            country=row.country,
            details=MappingProxyType(details),
            write_in=frozenset(row.write_in),
            prices=MappingProxyType(prices),
            verify_url=row.verify_url,
            example=row.example,
            span=document.place(("country",)),
        )

    def theme(self) -> Theme:
        """Return the look; where its file cannot be read, the one of a file that says nothing."""
        empty = Document("styles/theme.yaml", {}), shapes.ThemeShape()
        document, row = self.documents.get("theme", empty)
        families = {
            script: Family(script, one.family, one.regular, one.bold, document.key_place(("fonts", script)))
            for script, one in row.fonts.items()
        }
        places = {name: document.place(("colours", name)) for name in COLOURS} | {"logo": document.place(("logo",))}
        return Theme(
            MappingProxyType({name: getattr(row.colours, name).lower() for name in COLOURS}),
            row.logo or "",
            MappingProxyType(families),
            row.paper,
            row.tone,
            MappingProxyType(places),
        )

    def price(self, name: str, row: Any, document: Document) -> Price:
        low = row.amount if row.amount is not None else row.low
        if low is None or (row.amount is None and row.high is None):
            hint = "give `amount`, or `low` and `high`"
            self.ledger.add("K02", f"the price `{name}` has no amount", document.key_place(("prices", name)), hint)
        return Price(low or 0, row.high if row.amount is None else None, row.currency, row.date, row.includes)

    def signoffs(self) -> tuple[SignOff, ...]:
        if "signoffs" not in self.documents:
            return ()
        document, value = self.documents["signoffs"]
        return tuple(
            SignOff(row.leaflet, row.language, row.name, row.role, row.date, row.text, document.place(("signoffs", index)))
            for index, row in enumerate(value.signoffs)
        )


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _people(rows: Iterable[Any]) -> tuple[Person, ...]:
    return tuple(Person(row.name, row.role) for row in rows)


def _organisations(rows: Iterable[Any]) -> tuple[Organisation, ...]:
    return tuple(Organisation(row.name, row.phone or "", row.web or "", row.what or "") for row in rows)


def _codes(rows: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({system: tuple(codes) for system, codes in rows.items()})


def _deliverable(row: Any) -> Deliverable:
    profiles = "default" if row.profiles == "default" else _many(row.profiles)
    languages = row.languages if isinstance(row.languages, str) else tuple(row.languages)
    return Deliverable(_many(row.leaflets), profiles, _many(row.editions), languages)  # type: ignore[arg-type]


def _many(given: Any) -> tuple[str, ...] | None:
    return None if given == "all" else tuple(given)


def _contradictions(fact: Fact) -> list[Problem]:
    """Return what is wrong between a fact's own numbers (N4: the two sides add up to the denominator, so neither is negative)."""
    ledger = Ledger()
    if fact.kind == "proportion":
        if fact.numerator > fact.denominator:
            ledger.add("N11", f"{fact.numerator} of {fact.denominator} is more than all", fact.span, "correct one of the two numbers")
        if fact.interval and not fact.interval.low <= fact.numerator <= fact.interval.high:
            told = f"{fact.numerator} is outside its interval, {fact.interval.low:g} to {fact.interval.high:g}"
            ledger.add("N11", told, fact.span, "give the bounds on the scale of the numerator")
        if fact.claim.strip().lower() == fact.other.strip().lower():
            ledger.add("N11", "the two sides have the same words", fact.span, "`other` tells the other side")
    elif fact.value is None and (fact.low is None or fact.high is None):
        told = "`amount`" if fact.kind == "money" else "`value`"
        ledger.add("K02", f"the fact `{fact.id}` has no number", fact.span, f"give {told}, or `low` and `high`")
    elif fact.low is not None and fact.high is not None and fact.low >= fact.high:
        ledger.add("N11", f"`low` ({fact.low:g}) is not below `high` ({fact.high:g})", fact.span, "exchange the two, or correct one")
    return ledger.problems


def _short_text(name: str, row: Any, document: Document) -> ShortText:
    loc = ("texts", name)
    places = {f"sections/{i}": document.place((*loc, "sections", i)) for i in range(len(row.sections))}
    places |= {"title": document.place((*loc, "title"))} if row.title else {}
    must = tuple(_must_show(thing, document.place((*loc, "must_show", i))) for i, thing in enumerate(row.must_show))
    return ShortText(name, row.title or "", tuple(row.sections), must, document.key_place(loc), MappingProxyType(places))


def _must_show(thing: str, span: Span) -> MustShow:
    what, _, name = thing.partition(":")
    return MustShow("section" if what == "section" else "kind" if what == "kind" else "fact", name, span)
