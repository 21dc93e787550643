"""The shape of every YAML file, declared once: what is read, what the JSON Schema says, what the reference documents.

`leaflets schema KIND` prints the schema of one of `KINDS`.
"""

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from leaflets.model import COLOURS
from leaflets.model import KINDS as SECTION_KINDS

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
TraitId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Words = Annotated[str, Field(min_length=1, max_length=4000)]
Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\n]*$")]
Number = Annotated[float, Field(ge=0, le=1e15)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def _day(given: Any) -> Any:
    """Read `2026-11-23`, and nothing else, as a day: not a number, not a time."""
    try:
        if isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
            return datetime.date.fromisoformat(given)
    except ValueError:
        pass
    raise PydanticCustomError("date_type", "not a date")


Day = Annotated[datetime.date, BeforeValidator(_day)]
Codes = dict[Literal["snomed", "icd10cm", "icd11"], list[Line]]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")]
Year = Annotated[int, Field(ge=1900, le=2200)]


class Shape(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    moved: ClassVar[Mapping[str, str]] = {}
    """Keys that somebody may look for here, and where each stands instead."""


class DeliverableShape(Shape):
    """One row of what to build."""

    leaflets: Literal["all"] | list[Id] = Field("all", description="Leaflets by name, or `all`.")
    profiles: Literal["all", "default"] | list[Id] = Field(
        "default", description="Profiles by name, `all`, or `default` for each leaflet's default profile."
    )
    editions: Literal["all"] | list[Id] = Field(default_factory=lambda: ["a4"], description="Editions by name, or `all`.")
    languages: Literal["all", "source", "translations"] | list[Language] = Field(
        "source",
        description="Languages (BCP 47), `all`, `source` for the one the texts are written in, or `translations` for all others.",
    )


class WorkspaceShape(Shape):
    """content/workspace.yaml: what to build when nobody says what."""

    id: Id = Field(description="The workspace's name.")
    title: Line = Field(description="What the workspace holds, for people.")
    base: Literal["none", "builtin"] = Field(
        "none",
        description="`builtin` puts this workspace over the content pack that comes with the program, file by file; `none` starts empty.",
    )
    language: Literal["en"] = Field("en", description="The language the sources are written in (BCP 47).")
    deliverables: list[DeliverableShape] = Field(
        default_factory=lambda: [DeliverableShape()],
        description="What `leaflets build` makes when no leaflet, profile or edition is named.",
    )


class ValueShape(Shape):
    """One value of a trait."""

    title: Line = Field(description="The value, for people.")
    codes: Codes = Field(default_factory=dict, description="Codes of the value by system: `snomed` (SNOMED CT), `icd10cm`, `icd11`.")


class TraitShape(Shape):
    """One thing that can differ between readers."""

    title: Line = Field(description="The trait, for people.")
    default: Id = Field(description="The value of a reader of whom nobody said otherwise.")
    countries: bool = Field(False, description="The values are countries of countries.yaml and choose whose details are printed.")
    values: Annotated[dict[Id, ValueShape], Field(min_length=2)] = Field(description="The closed list of values.")


class VocabularyShape(Shape):
    """content/vocabulary.yaml: the traits a reader can have."""

    traits: dict[TraitId, TraitShape] = Field(description="Traits by name.")


class PriceShape(Shape):
    """A price the clinic gives."""

    amount: Number | None = Field(None, description="The price; or `low` and `high`.")
    low: Number | None = Field(None, description="The lowest price.")
    high: Number | None = Field(None, description="The highest price.")
    currency: Currency = Field(description="ISO 4217 code, as `EUR`.")
    date: Day = Field(description="The day the price was set.")
    includes: Words = Field(description='What the price includes, as the end of the sentence "This includes …".')


class ClinicShape(Shape):
    """content/clinic.yaml: who hands the leaflet out."""

    moved: ClassVar[Mapping[str, str]] = {"logo": "it stands in styles/theme.yaml, with all that is the look of a leaflet"}

    name: Line = Field(description="The clinic's name.")
    department: Line | None = Field(None, description="The department.")
    address: Line | None = Field(None, description="The postal address, on one line.")
    phone: Line | None = Field(None, description="Telephone in working hours, in quotes.")
    phone_hours: Line | None = Field(None, description="When that telephone is answered.")
    out_of_hours_phone: Line | None = Field(None, description="Telephone at other times.")
    contact: Line | None = Field(None, description="The person or team to ask for.")
    email: Line | None = Field(None, description="E-mail address.")
    web: Line | None = Field(None, description="Web address.")
    feedback: Line | None = Field(None, description="Where to send comments on a leaflet.")
    country: Id = Field(description="The clinic's country, from countries.yaml.")
    write_in: list[str] = Field(default_factory=list, description="Details printed as a line to fill in by hand.")
    verify_url: Annotated[str, Field(pattern=r"^https://[^\s\"<>]+$", max_length=200)] = Field(
        description="The address behind the QR code; the fingerprint is put behind it."
    )
    prices: dict[Id, PriceShape] = Field(default_factory=dict, description="Prices by name, for `::: price NAME`.")
    example: bool = Field(False, description="True for details that are no real clinic's. Nothing is printed as final then.")


CLINIC_DETAILS = tuple(key for key in ClinicShape.model_fields if key not in ("country", "write_in", "verify_url", "prices", "example"))
"""What `{clinic KEY}` can name."""


class OrganisationShape(Shape):
    """Somebody a reader can turn to."""

    name: Line = Field(description="The organisation's name.")
    what: Line | None = Field(None, description="What it offers, in a few words.")
    phone: Line | None = Field(None, description="Telephone, in quotes.")
    web: Line | None = Field(None, description="Web address.")


class CountryShape(Shape):
    """What differs between countries."""

    title: Line = Field(description="The country's name.")
    emergency_number: Line = Field(description="The number to call in an emergency, in quotes.")
    advice_line: Line | None = Field(None, description="Name and number of the service for urgent medical advice.")
    trial_registry: Line | None = Field(None, description="The name of the trial registry that patients can search.")
    trial_registry_web: Line | None = Field(None, description="Its web address.")
    guidance: Line | None = Field(None, description="Who issues national guidance on the treatment.")
    guidance_web: Line | None = Field(None, description="Its web address.")
    regulator: Line | None = Field(None, description="The authority that licenses medicines.")
    organisations: list[OrganisationShape] = Field(default_factory=list, description="For `::: organisations`.")


COUNTRY_DETAILS = tuple(key for key in CountryShape.model_fields if key != "organisations")
"""What `{country KEY}` can name."""


class CountriesShape(Shape):
    """content/countries.yaml or content/countries/*.yaml."""

    countries: dict[Id, CountryShape] = Field(description="Countries by ISO 3166 code in small letters.")


class IntervalShape(Shape):
    """A confidence interval."""

    low: Number = Field(description="Lower bound, on the scale of the numerator.")
    high: Number = Field(description="Upper bound.")
    level: Annotated[int, Field(ge=50, le=99)] = Field(95, description="Confidence level in percent.")


SourceIds = Id | Annotated[list[Id], Field(min_length=1)]
QualifierName = Literal["about", "more-than", "less-than", "under", "at-least", "up-to"]
Unit = Literal["minute", "hour", "day", "week", "month", "year"]


class _FactShape(Shape):
    source: SourceIds | None = Field(None, description="Where it comes from: a name of sources.yaml, or a list. Every fact needs one.")
    date: Year | Day = Field(description="Year or day of the evidence.")
    reported: Words | None = Field(None, description="What the source itself says, for whoever checks the fact. Not printed.")
    remark: Words | None = Field(None, description="For your colleagues. Not printed.")


class ProportionShape(_FactShape):
    """How many of how many people."""

    kind: Literal["proportion"] = Field(description="`proportion`.")
    numerator: Annotated[int, Field(ge=0)] = Field(description="How many.")
    denominator: Annotated[int, Field(ge=1)] = Field(description="Of how many.")
    about: bool = Field(False, description='Prints "about": for a rounded or estimated number.')
    counted: Line = Field("people", description="Who is counted, in the plural: `people`, `women`.")
    claim: Line = Field(description='Completes "83 of 100 people …".')
    other: Line = Field(description="The same for the other side.")
    group: Line | None = Field(None, description="Short name of the group of people, for a column head.")
    population: Line = Field(description="Who was studied.")
    period: Line = Field(description="Over what time: `2 years`, `48 weeks`, `3 to 5 years`; `none` where time plays no part.")
    comparator: Line = Field(description="The fact for the other group, or `none`.")
    interval: IntervalShape | None = Field(None, description="Confidence interval.")


class _QualifiedShape(_FactShape):
    qualifier: QualifierName | None = Field(None, description="`about`, `more-than`, `less-than`, `under`, `at-least` or `up-to`.")


class CountShape(_QualifiedShape):
    """A number of things."""

    kind: Literal["count"] = Field(description="`count`.")
    value: Number = Field(description="The number.")
    unit: Line | None = Field(None, description="What is counted, in words.")


class RangeShape(_QualifiedShape):
    """From one number to another."""

    kind: Literal["range"] = Field(description="`range`.")
    low: Number = Field(description="From.")
    high: Number = Field(description="To.")
    unit: Line | None = Field(None, description="What is counted, in words.")


class DurationShape(_QualifiedShape):
    """A length of time or an age."""

    kind: Literal["duration"] = Field(description="`duration`.")
    value: Number | None = Field(None, description="How long; or `low` and `high`.")
    low: Number | None = Field(None, description="From.")
    high: Number | None = Field(None, description="To.")
    unit: Unit = Field(description="`minute`, `hour`, `day`, `week`, `month` or `year`.")


class MoneyShape(_QualifiedShape):
    """An amount of money."""

    kind: Literal["money"] = Field(description="`money`.")
    amount: Number | None = Field(None, description="How much; or `low` and `high`.")
    low: Number | None = Field(None, description="From.")
    high: Number | None = Field(None, description="To.")
    currency: Currency = Field(description="ISO 4217 code, as `USD`.")


FactShape = Annotated[ProportionShape | CountShape | RangeShape | DurationShape | MoneyShape, Field(discriminator="kind")]


class FactsShape(Shape):
    """content/facts.yaml or content/facts/*.yaml: every number, once."""

    facts: dict[Id, FactShape] = Field(description="Facts by name.")


class SourceShape(Shape):
    """A study, guideline or other place that a claim comes from."""

    authors: Line = Field(description="Who wrote it: `Burt RK and others`.")
    year: Year = Field(description="Year of publication.")
    title: Line | None = Field(None, description="Its title.")
    published_in: Line | None = Field(None, description="Journal, book or body.")
    volume: Line | None = Field(None, description="Volume, in quotes.")
    pages: Line | None = Field(None, description="Pages.")
    doi: Annotated[str, Field(pattern=r"^10\.\d{4,9}/\S+$")] | None = Field(None, description="Digital object identifier, from `10.` on.")
    pmid: Annotated[str, Field(pattern=r"^\d{1,9}$")] | None = Field(None, description="PubMed number, in quotes.")
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(None, description="Web address.")
    reference: Line | None = Field(None, description="Document number.")
    design: Line | None = Field(None, description="What kind of study, in plain words.")
    accessed: Day | None = Field(None, description="When the web address was read.")
    remark: Words | None = Field(None, description="For your colleagues. Not printed.")


class SourcesShape(Shape):
    """content/sources.yaml or content/sources/*.yaml."""

    sources: dict[Id, SourceShape] = Field(description="Sources by name.")


class TermShape(Shape):
    """A word that is explained."""

    term: Line = Field(description="The word as printed.")
    meaning: Line = Field(description="A few words, printed in brackets at the first use in a leaflet.")
    explanation: Words = Field(description="Full sentences, printed in the list of words.")
    abbreviation: bool = Field(False, description="True for an abbreviation.")
    avoid: list[Line] = Field(default_factory=list, description="Other words for the same thing, which are then reported (R7).")
    remark: Words | None = Field(None, description="For your colleagues. Not printed.")


class GlossaryShape(Shape):
    """content/glossary.yaml or content/glossary/*.yaml."""

    terms: dict[Id, TermShape] = Field(description="Words by name.")


class ProfileShape(Shape):
    """A reader you write for."""

    title: Line = Field(description="Who it is, for staff.")
    traits: dict[TraitId, Id] = Field(default_factory=dict, description="Values of traits. Traits not named have their default.")


class ProfilesShape(Shape):
    """content/profiles.yaml or content/profiles/*.yaml."""

    profiles: dict[Id, ProfileShape] = Field(description="Profiles by name.")


class PersonShape(Shape):
    """An author or reviewer."""

    name: Line = Field(description="Name of a person or body.")
    role: Line = Field(description="What they did or are.")


MustShowName = Annotated[str, Field(pattern=r"^(section|kind|fact):[a-z0-9-]+$")]


class TextShape(Shape):
    """A text of a leaflet beside the full one, for the editions that name it."""

    title: Line | None = Field(None, description="Its title on the first page; the leaflet's, where it has none.")
    sections: Annotated[list[Id], Field(min_length=1)] = Field(description="Its sections by name, in order.")
    must_show: list[MustShowName] = Field(
        default_factory=list, description="What no reader of it may lose, beside what no text may leave out: `section:`, `kind:`, `fact:`."
    )
    remark: Words | None = Field(None, description="For your colleagues. Not printed.")


class LeafletShape(Shape):
    """content/leaflets/NAME.yaml: which sections make a leaflet, in which order."""

    title: Line = Field(description="The title on the first page.")
    short_title: Line = Field(description="A shorter one for the footer.")
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+){0,2}$")] = Field(description='Version, in quotes: `"0.1"`.')
    default_profile: Id = Field(description="The reader when nobody says which.")
    written: Day = Field(description="The day the text was written.")
    published: Day | None = Field(None, description="The day it was published.")
    evidence_searched: Day | None = Field(None, description="The day somebody searched the evidence.")
    review_due: Day = Field(description="The day its review is due, three years after it was written at most.")
    authors: Annotated[list[PersonShape], Field(min_length=1)] = Field(description="Who wrote it.")
    reviewers: list[PersonShape] = Field(default_factory=list, description="Who reviewed it. Nobody who did not.")
    funding: Line = Field(description="Who paid.")
    conflicts: Line = Field(description="Conflicts of interest.")
    licence: Line = Field(description="Licence of the text.")
    codes: Codes = Field(default_factory=dict, description="Codes of the treatment by system.")
    sections: Annotated[list[Id], Field(min_length=1)] = Field(description="Sections by name, in order.")
    must_show: list[MustShowName] = Field(
        default_factory=list, description="What no reader may lose: `section:NAME`, `kind:KIND` or `fact:NAME`."
    )
    texts: dict[Id, TextShape] = Field(
        default_factory=dict, description="Other texts of the leaflet by the name that editions call them by, such as `one-page`."
    )
    remark: Words | None = Field(None, description="For your colleagues. Not printed.")


class SignOffShape(Shape):
    """One signature under one text."""

    leaflet: Id = Field(description="The leaflet.")
    language: Line = Field("en", description="The language signed (BCP 47).")
    name: Line = Field(description="Who signed.")
    role: Literal["author", "editor", "clinical reviewer", "reader panel"] = Field(description="As what.")
    date: Day = Field(description="When.")
    text: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] = Field(
        description="Digest of the text signed, in quotes: `text` of `leaflets list leaflets --json`, or of a translation in `texts`."
    )


class SignOffsShape(Shape):
    """content/signoffs.yaml: who signed which text."""

    signoffs: list[SignOffShape] = Field(description="Signatures.")


class SectionShape(Shape):
    """The header of content/sections/NAME.md."""

    kind: Literal[SECTION_KINDS] = Field(description="What the section is for.")  # type: ignore[valid-type]
    title: Line = Field(description="The heading on the page.")
    applies: Line | None = Field(None, description="A condition: the section is shown only to readers it fits.")
    remark: Words | None = Field(None, description="For your colleagues. Not printed.")


class TongueShape(Shape):
    """content/translations/LANGUAGE.yaml: what translators agreed on, and the words that checks look for."""

    language: Language = Field(description="The language (BCP 47), as the file is called.")
    method: Line = Field("", description="How the translation was made and by whom it was read, for people.")
    terms: dict[str, Line] = Field(default_factory=dict, description="The agreed word for each English word.")
    promises: list[Line] = Field(default_factory=list, description="Words that promise too much (C13). A `*` stands for any letters.")
    denials: list[Line] = Field(
        default_factory=list, description="Words by which the language says no: a denial must not get lost. A `*` stands for any letters."
    )
    remark: Words | None = Field(None, description="For your colleagues. Not printed.")


class PhraseShape(Shape):
    """A ready-made line of a letter."""

    text: Line = Field(description='The line, with its slots in braces: `"Your appointment is on {date} at {time}."`')
    slots: dict[TraitId, Literal["text", "date", "time", "number"]] = Field(
        default_factory=dict,
        description="What each slot is filled with: `text`, `date`, `time` or `number`. A slot is a column of the table of recipients.",
    )
    strong: bool = Field(False, description="True for a line in bold.")
    remark: Words | None = Field(None, description="For your colleagues. Not printed.")


class PhrasesShape(Shape):
    """content/phrases.yaml or content/phrases/*.yaml: what letters say to one person."""

    phrases: dict[Id, PhraseShape] = Field(description="Phrases by name, in the order in which a letter has them.")


class EditionShape(Shape):
    """One way to put a leaflet on paper or screen."""

    title: Line = Field(description="The edition, for people.")
    format: Literal["pdf", "html"] = Field(description="`pdf` or `html`.")
    styles: Annotated[list[Annotated[str, Field(pattern=r"^[a-z0-9/_-]+\.css$")]], Field(min_length=1)] = Field(
        description="Files of styles/, in order."
    )
    template: Annotated[str, Field(pattern=r"^[a-z0-9/_-]+\.html$")] = Field("leaflet.html", description="File of templates/.")
    size: Annotated[float, Field(ge=9, le=40)] = Field(
        13, description="Size of running text in points, for Latin letters; other scripts are set larger where they need it."
    )
    languages: Literal["all", "translations"] = Field(
        "all", description="`translations` for an edition that shows a translation beside the text it was made from."
    )
    text: Id | None = Field(
        None, description="The text it prints, one of `texts` of a leaflet; leaflets without it have no such edition. None: the full text."
    )
    pages: Annotated[int, Field(ge=1, le=200)] | None = Field(
        None, description="The most pages a leaflet may have in it. One that has more is not made (P11)."
    )
    columns: Annotated[int, Field(ge=1, le=3)] = Field(
        3, description="How many options of a comparison stand side by side; 1: they stand below one another."
    )
    orientation: Literal["portrait", "landscape", "folded"] = Field(
        "portrait",
        description="How the theme's paper lies; `folded`: a page is half of a sheet. A style sheet of the edition can name another paper.",
    )
    variant: Literal["pdf/ua-1", "pdf/x-4"] = Field(
        "pdf/ua-1", description="`pdf/ua-1` for readers; `pdf/x-4` for a print shop: four inks, no tags. It needs a `profile`."
    )
    profile: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.icc$")] | None = Field(
        None, description="The ICC profile of the press that a `pdf/x-4` is printed on: a file of styles/profiles/."
    )
    by_name: bool = Field(
        False, description="True for one that is made only where it is named: neither `--all` nor `editions: all` means it."
    )
    imposition: Literal["saddle-stitch"] | None = Field(
        None, description="`saddle-stitch` lays pages out on sheets that are folded once and stapled. None: page after page."
    )


class EditionsShape(Shape):
    """styles/editions.yaml: the editions."""

    editions: dict[Id, EditionShape] = Field(description="Editions by name.")


Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
FontFile = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*\.(ttf|otf)$")]


class ColoursShape(Shape):
    """The colours of a theme, each in quotes. Every contrast of them is measured (L6)."""

    ink: Colour = Field(COLOURS["ink"], description="Running text.")
    quiet: Colour = Field(COLOURS["quiet"], description="Text of less weight.")
    deep: Colour = Field(COLOURS["deep"], description="The main colour: headings, frames, bars, figures.")
    on_deep: Colour = Field(COLOURS["on_deep"], description="Text and pictograms on the main colour and on the urgent one.")
    tint: Colour = Field(COLOURS["tint"], description="Behind what matters most.")
    wash: Colour = Field(COLOURS["wash"], description="Behind other boxes.")
    rule: Colour = Field(COLOURS["rule"], description="Thin lines that mean nothing.")
    edge: Colour = Field(COLOURS["edge"], description="Lines that mean something.")
    alert: Colour = Field(COLOURS["alert"], description="When to get help at once.")
    paper: Colour = Field(COLOURS["paper"], description="The sheet itself.")


class FamilyShape(Shape):
    """A font of your own for one script."""

    family: Line = Field(description="The family's name, as it stands in its files.")
    regular: FontFile = Field(description="Its regular weight: a file of content/assets/, `.ttf` or `.otf`.")
    bold: FontFile = Field(description="Its bold weight.")


class ThemeShape(Shape):
    """styles/theme.yaml: the look of all leaflets of a clinic."""

    colours: ColoursShape = Field(
        default_factory=ColoursShape, description='The colours, each as `"#1a1a1a"`, in quotes. Those you leave out stay as they are.'
    )
    logo: Line | None = Field(None, description="A picture of content/assets/, above the title.")
    fonts: dict[Annotated[str, Field(max_length=40)], FamilyShape] = Field(
        default_factory=dict, description="Fonts of your own, by script (ISO 15924): `Latn`, `Arab`. Other scripts keep theirs."
    )
    paper: Literal["a4", "letter"] = Field("a4", description="The paper of each edition that does not name its own.")
    tone: Literal["clear", "soft", "sparing"] = Field(
        "clear",
        description="`clear`: square corners, strong lines; `soft`: round corners, lighter lines; `sparing`: no fills, less toner.",
    )


SHAPES: dict[str, type[Shape]] = {
    "workspace": WorkspaceShape,
    "vocabulary": VocabularyShape,
    "clinic": ClinicShape,
    "countries": CountriesShape,
    "facts": FactsShape,
    "sources": SourcesShape,
    "glossary": GlossaryShape,
    "profiles": ProfilesShape,
    "phrases": PhrasesShape,
    "leaflet": LeafletShape,
    "section": SectionShape,
    "signoffs": SignOffsShape,
    "editions": EditionsShape,
    "theme": ThemeShape,
    "translations": TongueShape,
}
"""The kinds of YAML text, by the name `leaflets schema` knows them by."""


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file kind. Raises KeyError for an unknown kind."""
    shape = SHAPES[kind]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | shape.model_json_schema()
