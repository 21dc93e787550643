"""The nouns: what a workspace holds, what a reader is given, what comes out. All frozen; none knows a disease."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from leaflets.problems import Problem, Span

NOWHERE = Span("")
"""The place of what no file holds."""

# ---------------------------------------------------------------- files


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a workspace: path within the workspace -> bytes. `builtin` names those that come with the program."""

    contents: Mapping[str, bytes]
    builtin: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


# ---------------------------------------------------------------- the reader


LEAFLET = "leaflet"
"""The one trait every workspace has: the leaflet being made."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a trait, with its codes: system (snomed, icd10cm, icd11) -> codes."""

    id: str
    title: str
    codes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing that can differ between readers. The list of values is closed."""

    id: str
    title: str
    default: str
    values: Mapping[str, Value]
    countries: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Test:
    """`trait=a|b` or, negated, `trait!=a|b`."""

    trait: str
    values: frozenset[str]
    negated: bool

    def holds(self, reader: Mapping[str, str]) -> bool:
        """Whether the reader, who has a value for every trait, meets the test."""
        return (reader[self.trait] in self.values) is not self.negated


@dataclass(frozen=True, slots=True)
class Condition:
    """Alternatives, each of tests that must all hold. `text` is as written."""

    alternatives: tuple[tuple[Test, ...], ...]
    text: str
    span: Span

    def holds(self, reader: Mapping[str, str]) -> bool:
        """Whether the reader meets at least one alternative."""
        return any(all(test.holds(reader) for test in tests) for tests in self.alternatives)

    @property
    def tests(self) -> Iterator[Test]:
        """Every test of every alternative."""
        return (test for tests in self.alternatives for test in tests)


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of traits. Traits it does not name have their default value."""

    id: str
    title: str
    traits: Mapping[str, str]
    span: Span


# ---------------------------------------------------------------- facts and what stands behind them

Qualifier: TypeAlias = Literal["", "about", "more-than", "less-than", "under", "at-least", "up-to"]


@dataclass(frozen=True, slots=True)
class Duration:
    """`value` to `high` of `unit` (minute, hour, day, week, month, year); `high` None where it is one value."""

    value: float
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, `level` in percent, bounds on the scale of the fact's numerator."""

    low: float
    high: float
    level: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, written once. Which fields are set depends on `kind`; docs/authors.md lists them."""

    id: str
    kind: Literal["proportion", "count", "range", "duration", "money"]
    sources: tuple[str, ...]
    date: str
    span: Span
    numerator: int = 0
    denominator: int = 0
    about: bool = False
    claim: str = ""
    other: str = ""
    counted: str = ""
    group: str = ""
    population: str = ""
    period: Duration | None = None
    comparator: str = ""
    interval: Interval | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    currency: str = ""
    qualifier: Qualifier = ""
    reported: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact or claim comes from."""

    id: str
    authors: str
    year: int
    span: Span
    title: str = ""
    published_in: str = ""
    volume: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    reference: str = ""
    design: str = ""
    accessed: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary."""

    id: str
    term: str
    meaning: str
    explanation: str
    abbreviation: bool
    span: Span
    avoid: tuple[str, ...] = ()


Kind: TypeAlias = Literal["text", "date", "time", "number"]
"""What a slot of a phrase is filled with."""


ROUTING = ("leaflet", "profile", "language", "edition", "phrases")
"""The columns of a table of recipients that say which leaflet and which lines a row asks for; any other fills a slot or is a trait."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A ready-made line of a letter: a text with slots in braces, and what each slot is filled with."""

    id: str
    text: str
    slots: Mapping[str, Kind]
    strong: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Organisation:
    """Somebody a reader can turn to."""

    name: str
    phone: str = ""
    web: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """What differs between countries: details as text, and organisations."""

    id: str
    title: str
    details: Mapping[str, str]
    organisations: tuple[Organisation, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Price:
    """A price the clinic gives, with its date."""

    low: float
    high: float | None
    currency: str
    date: date
    includes: str


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic that hands the leaflet out. `write_in` names the details printed as a line to fill in by hand."""

    name: str
    country: str
    details: Mapping[str, str]
    write_in: frozenset[str]
    prices: Mapping[str, Price]
    verify_url: str
    example: bool
    span: Span


COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#1a1a1a",
        "quiet": "#444444",
        "deep": "#123a5e",
        "on_deep": "#ffffff",
        "tint": "#e2ecf5",
        "wash": "#f3f6f9",
        "rule": "#b9c4ce",
        "edge": "#5b6b7a",
        "alert": "#8c1515",
        "paper": "#ffffff",
    }
)
"""The colours of a theme by the names that style sheets know them by (`--on-deep`), as they are where a clinic does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Family:
    """A clinic's own font for one script: the family's name, and its regular and bold files of content/assets/."""

    script: str
    name: str
    regular: str
    bold: str
    span: Span


@dataclass(frozen=True, slots=True)
class Theme:
    """The look of all leaflets of a clinic: styles/theme.yaml. `colours` are `#rrggbb` by the names of COLOURS; `places` are where each
    of them stands, and `logo`.
    """

    colours: Mapping[str, str]
    logo: str
    fonts: Mapping[str, Family]
    paper: Literal["a4", "letter"]
    tone: Literal["clear", "soft", "sparing"]
    places: Mapping[str, Span]


# ---------------------------------------------------------------- text: inlines


@dataclass(frozen=True, slots=True)
class Text:
    """Letters as they are printed."""

    text: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Plain:
    """A number that is no fact: a year, an age, a name such as "phase 2"."""

    text: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Break:
    """A forced line end."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Bold text."""

    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; the address is printed too."""

    href: str
    children: tuple["Inline", ...]
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class FactRef:
    """`{fact ID FORM}`."""

    fact: str
    form: str
    span: Span


@dataclass(frozen=True, slots=True)
class TermRef:
    """`{term ID|text}`."""

    term: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cite:
    """`{cite A B}`."""

    sources: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Slot:
    """`{clinic KEY}` or `{country KEY}`."""

    owner: Literal["clinic", "country"]
    key: str
    span: Span


@dataclass(frozen=True, slots=True)
class Said:
    """A fact in words, as printed."""

    text: str
    fact: str
    form: str


@dataclass(frozen=True, slots=True)
class Named:
    """A word of the glossary, as printed; `meaning` is set at its first use in a leaflet."""

    text: str
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Refs:
    """Numbers of sources, as printed."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A line to fill in by hand; `label` says what belongs there."""

    label: str


Inline: TypeAlias = Text | Plain | Break | Strong | Link | FactRef | TermRef | Cite | Slot | Said | Named | Refs | Blank
Inlines: TypeAlias = tuple[Inline, ...]

# ---------------------------------------------------------------- text: blocks, as written


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section: level 2 or 3 as written."""

    id: str
    span: Span
    level: int
    text: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    id: str
    span: Span
    text: Inlines


@dataclass(frozen=True, slots=True)
class Items:
    """A list: plain, numbered (steps) or with boxes to tick. Each item is a tuple of blocks."""

    id: str
    span: Span
    ordered: bool
    items: tuple[tuple["Block", ...], ...]
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first row and the first cell of each row are headers. `refs` are the sources it draws on, once worded."""

    id: str
    span: Span
    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    refs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the workspace, with the words that stand for it."""

    id: str
    span: Span
    asset: str
    alt: str


@dataclass(frozen=True, slots=True)
class FactBox:
    """`::: fact-box`."""

    id: str
    span: Span
    facts: tuple[str, ...]
    caption: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Icons:
    """`::: icons`."""

    id: str
    span: Span
    facts: tuple[str, ...]
    caption: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Box:
    """`::: box KIND`: key, note, carer or urgent."""

    id: str
    span: Span
    kind: str
    title: Inlines
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """`::: timeline`, `::: compare`, `::: drawings` or `::: scale`: blocks that are shown as a picture and stay the text they are.

    Once chosen for a reader, lists that stand beside one another in it are one list.
    """

    id: str
    span: Span
    kind: str
    blocks: tuple["Block", ...]


CERTAINTIES: tuple[str, ...] = ("very-low", "low", "moderate", "high")
"""How sure the evidence makes us, from the lowest: the levels of GRADE (Guyatt GH and others 2008, doi 10.1136/bmj.39489.470347.AD)."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """`::: certainty LEVEL`: how sure the evidence makes us, one of `CERTAINTIES`, and why."""

    id: str
    span: Span
    level: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines to write on."""

    id: str
    span: Span
    count: int


@dataclass(frozen=True, slots=True)
class Organisations:
    """The organisations of the reader's country."""

    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class PriceTag:
    """`::: price ID`: the clinic's price, or the blocks inside where it gives none."""

    id: str
    span: Span
    price: str
    otherwise: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Include:
    """`::: include SECTION`."""

    id: str
    span: Span
    section: str


@dataclass(frozen=True, slots=True)
class When:
    """`::: when CONDITION`."""

    id: str
    span: Span
    condition: Condition
    blocks: tuple["Block", ...]


# ---------------------------------------------------------------- text: blocks, as printed


@dataclass(frozen=True, slots=True)
class FactTable:
    """A fact box in words: column heads, rows of (row head, cells), notes under it, source numbers. All in one language."""

    id: str
    span: Span
    facts: tuple[str, ...]
    caption: tuple["Block", ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IconArray:
    """One array: `marked` of `total` figures, a headline and the number in words above it, the two sides in words, and a text that stands
    for the picture.
    """

    fact: str
    marked: int
    total: int
    headline: str
    number: str
    marked_label: str
    other_label: str
    alt: str


@dataclass(frozen=True, slots=True)
class IconArrays:
    """Icon arrays of the same scale, side by side."""

    id: str
    span: Span
    arrays: tuple[IconArray, ...]
    caption: tuple["Block", ...]
    refs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Organisations, as printed."""

    id: str
    span: Span
    organisations: tuple[Organisation, ...]


Block: TypeAlias = (
    Heading
    | Paragraph
    | Items
    | Table
    | Picture
    | FactBox
    | Icons
    | Box
    | Figure
    | Certainty
    | Lines
    | Organisations
    | PriceTag
    | Include
    | When
    | FactTable
    | IconArrays
    | Contacts
)
Blocks: TypeAlias = tuple[Block, ...]

# ---------------------------------------------------------------- sections and leaflets

KINDS: tuple[str, ...] = (
    "who-for",
    "main-message",
    "summary",
    "background",
    "what-it-is",
    "evidence",
    "who-may-benefit",
    "options",
    "benefits",
    "harms",
    "unknowns",
    "steps",
    "before",
    "after",
    "urgent-help",
    "cost",
    "abroad",
    "trials",
    "questions",
    "notes",
    "support",
)
"""The closed list of section kinds, in the order of a treatment leaflet (clinical brief; IPDAS and DISCERN topics)."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section as written."""

    id: str
    kind: str
    title: str
    applies: Condition | None
    blocks: Blocks
    span: Span
    title_span: Span


@dataclass(frozen=True, slots=True)
class MustShow:
    """One thing that no reader may lose: section, kind or fact."""

    what: Literal["section", "kind", "fact"]
    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Person:
    """An author or reviewer."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """Somebody's recorded consent to exactly one text: `text` is the digest of what was signed."""

    leaflet: str
    language: str
    name: str
    role: str
    date: date
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ShortText:
    """A text of a leaflet beside the full one, for the editions that name it: its own choice of sections. Without a `title` it has the
    leaflet's. What it may never leave out is decided in leaflets/select.py.
    """

    id: str
    title: str
    sections: tuple[str, ...]
    must_show: tuple[MustShow, ...]
    span: Span
    places: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which sections make a leaflet, and what is known about it. `texts` are its other texts, by name."""

    id: str
    title: str
    short_title: str
    version: str
    default_profile: str
    sections: tuple[str, ...]
    must_show: tuple[MustShow, ...]
    written: date
    published: date | None
    evidence_searched: date | None
    review_due: date
    authors: tuple[Person, ...]
    reviewers: tuple[Person, ...]
    funding: str
    conflicts: str
    licence: str
    codes: Mapping[str, tuple[str, ...]]
    span: Span
    places: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))
    texts: Mapping[str, ShortText] = field(default_factory=lambda: MappingProxyType({}))

    def in_text(self, name: str) -> "Recipe":
        """Return the recipe of one of its texts; of the full one for an empty name. Raises KeyError for a text it does not have."""
        if not name:
            return self
        text, none = self.texts[name], MappingProxyType[str, ShortText]({})
        places = MappingProxyType({**self.places, **text.places})
        title = text.title or self.title
        return replace(self, title=title, sections=text.sections, must_show=text.must_show, places=places, texts=none)

    @property
    def every_section(self) -> tuple[str, ...]:
        """The sections of the full text, then those that only other texts have."""
        return tuple(dict.fromkeys((*self.sections, *(name for text in self.texts.values() for name in text.sections))))


Variant: TypeAlias = Literal["pdf/ua-1", "pdf/x-4"]
"""The standard of a PDF: PDF/UA-1 (ISO 14289-1) for readers, PDF/X-4 (ISO 15930-7) for a print shop."""
Imposition: TypeAlias = Literal["saddle-stitch"]
PROFILES = "profiles/"
"""Where the profiles of presses are, among the assets of a workspace and of an edition, as in styles/."""


@dataclass(frozen=True, slots=True)
class EditionKind:
    """One way to put a leaflet on paper or screen: a row of styles/editions.yaml.

    `text` is the text it prints, empty for the full one; `pages` the most pages it may have, 0 for any number; `columns` how many options
    of a comparison stand side by side. `variant` is the standard its PDFs keep, `profile` the file of styles/profiles/ that tells how a
    press prints, for PDF/X; `imposition` how pages are laid out on sheets, None for one after another. `by_name`: made only where named.
    """

    id: str
    title: str
    format: Literal["pdf", "html"]
    styles: tuple[str, ...]
    template: str
    size: float = 13
    languages: Literal["all", "translations"] = "all"
    text: str = ""
    pages: int = 0
    columns: int = 3
    orientation: Literal["portrait", "landscape", "folded"] = "portrait"
    variant: Variant = "pdf/ua-1"
    profile: str = ""
    imposition: Imposition | None = None
    by_name: bool = False

    @property
    def tagged(self) -> bool:
        """Whether its PDFs have tags: those for a printer do not, and so a letter's lines cannot be put on copies of them."""
        return self.format == "pdf" and self.variant == "pdf/ua-1" and self.imposition is None


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What to build when nobody says what. `None` means all; profiles may be `default`, languages a word for a group."""

    leaflets: tuple[str, ...] | None
    profiles: tuple[str, ...] | Literal["default"] | None
    editions: tuple[str, ...] | None
    languages: tuple[str, ...] | Literal["all", "source", "translations"] = "source"


# ---------------------------------------------------------------- languages and their catalogs

State: TypeAlias = Literal["machine", "translated", "revised"]
"""How far a translation is: drafted by a machine, made or corrected by a translator, revised by a second one (ISO 17100, 5.3.3).
What a clinician reviewed is no state of a unit but a sign-off of the whole leaflet."""


PIECES = frozenset(
    ["section title", "heading", "paragraph", "item", "caption", "box title", "column head", "row head", "cell", "words for a picture"]
)
"""What a piece of running text can be; the context of its unit begins with it, and `in` its section."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of text to translate. `context` says what it is, where, and which facts and words of the glossary, as they are
    now, it was written for; `plural` is its form for many where a number decides. `notes` help the translator.
    """

    context: str
    text: str
    plural: str = ""
    span: Span = NOWHERE
    notes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What a catalog finds it by."""
        return self.context, self.text

    @property
    def running(self) -> bool:
        """Whether it is running text of a section, with braces, bold and links; any other text has names in braces alone."""
        return self.context.partition(" in ")[0] in PIECES


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a catalog: a unit as it was, and its translation, one text for each plural form."""

    context: str
    text: str
    plural: str
    said: tuple[str, ...]
    stale: bool
    state: State | None
    span: Span
    comment: str = ""
    previous: tuple[str, str] = ("", "")

    @property
    def key(self) -> tuple[str, str]:
        """What it is found by."""
        return self.context, self.text


@dataclass(frozen=True, slots=True)
class Catalog:
    """The translations into one language, as a PO file holds them. `forms` gives the plural form of a whole number."""

    language: str
    entries: Mapping[tuple[str, str], Entry]
    forms: int
    rule: str
    state: State
    header: Mapping[str, str]
    span: Span

    def state_of(self, entry: Entry) -> State:
        """Return how far an entry is: the catalog's own state, where it has none."""
        return entry.state or self.state


@dataclass(frozen=True, slots=True)
class Tongue:
    """What is known of a language beside its catalog: agreed terms, and the words that checks look for."""

    id: str
    method: str
    terms: Mapping[str, str]
    promises: tuple[str, ...]
    denials: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything a clinic wrote, read and cross-checked."""

    id: str
    title: str
    language: str
    deliverables: tuple[Deliverable, ...]
    vocabulary: Mapping[str, Trait]
    clinic: Clinic
    countries: Mapping[str, Country]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    terms: Mapping[str, Term]
    profiles: Mapping[str, Profile]
    leaflets: Mapping[str, Recipe]
    sections: Mapping[str, Section]
    signoffs: tuple[SignOff, ...]
    editions: Mapping[str, EditionKind]
    templates: Mapping[str, str]
    styles: Mapping[str, str]
    assets: Mapping[str, bytes]
    fonts: Mapping[str, bytes]
    theme: Theme
    catalogs: Mapping[str, Catalog] = field(default_factory=lambda: MappingProxyType({}))
    tongues: Mapping[str, Tongue] = field(default_factory=lambda: MappingProxyType({}))
    phrases: Mapping[str, Phrase] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def usual_editions(self) -> tuple[str, ...]:
        """The editions that are meant where all are."""
        return tuple(name for name, edition in self.editions.items() if not edition.by_name)

    @property
    def languages(self) -> tuple[str, ...]:
        """The language it is written in, then those it has a catalog for."""
        return (self.language, *(language for language in sorted(self.catalogs) if language != self.language))

    def text_of(self, edition: str) -> str:
        """The text that an edition prints: empty for the full one, and for an edition nobody named."""
        return self.editions[edition].text if edition in self.editions else ""

    def offers(self, leaflet: str, edition: str) -> bool:
        """Whether a leaflet has the text that an edition prints."""
        text = self.text_of(edition)
        return not text or text in self.leaflets[leaflet].texts

    def not_offered(self, leaflet: str, edition: str) -> str:
        """In words, that a leaflet lacks the text that an edition prints."""
        return f"`{leaflet}` has no text `{self.text_of(edition)}`, which the edition `{edition}` prints"

    def edition_of(self, text: str) -> str:
        """The edition that stands for all that print a text: the first one; none for the full text, and where none prints it."""
        return next((one.id for one in self.editions.values() if text and one.text == text), "")

    def editions_of_texts(self, leaflet: str) -> tuple[str, ...]:
        """For each text of a leaflet that is printed, the full one first, the edition that stands for it."""
        return ("", *(edition for text in self.leaflets[leaflet].texts if (edition := self.edition_of(text))))


# ---------------------------------------------------------------- a request and what answers it


@dataclass(frozen=True, slots=True, order=True)
class Request:
    """One leaflet asked for. `traits` are given on top of the profile's, as (trait, value) pairs."""

    leaflet: str
    profile: str
    language: str
    edition: str
    traits: tuple[tuple[str, str], ...] = ()

    @property
    def profile_name(self) -> str:
        """The profile's name, with ad hoc traits behind it: usable in a file name."""
        return "+".join([self.profile, *(f"{trait}={value}" for trait, value in self.traits)])

    def where(self) -> dict[str, str]:
        """The request as the fields a problem carries."""
        return {
            "leaflet": self.leaflet,
            "profile": self.profile_name,
            "language": self.language,
            "edition": self.edition,
        }


@dataclass(frozen=True, slots=True)
class Chosen:
    """A section as one reader gets it."""

    id: str
    kind: str
    title: str
    blocks: Blocks
    span: Span


@dataclass(frozen=True, slots=True)
class Why:
    """Why a section or block is in or out. `text` is how it begins."""

    section: str
    block: str
    what: str
    shown: bool
    reason: str
    span: Span
    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """What one reader is given: the sections and blocks chosen, and why. `recipe` is that of its `text`; empty: the full one."""

    recipe: Recipe
    request: Request
    reader: Mapping[str, str]
    country: str
    sections: tuple[Chosen, ...]
    why: tuple[Why, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A leaflet in words of one language: sections of printed blocks, the words explained and the sources cited."""

    leaflet: Leaflet
    title: str
    sections: tuple[Chosen, ...]
    terms: tuple[Term, ...]
    sources: tuple[Source, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a panel, already in the reader's language, script and number format."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """What of a leaflet concerns one person alone: its lines, set with the leaflet; or, without lines, `room` to put them into copies
    of it later. The room holds as many lines of type, three at the least.
    """

    room: int = 0
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One leaflet, ready to render: HTML, style sheet names and texts, assets, and the digest of it all, 64 hexadecimal digits.

    It is not made where it has more than `most_pages`, unless that is 0. `variant`, `profile` and `imposition` are those of its kind.
    Its QR codes are drawn where it is rendered (figures.with_codes), since most leaflets of a plan are not.
    """

    request: Request
    title: str
    html: str
    styles: tuple[tuple[str, str], ...]
    assets: Mapping[str, bytes]
    key: str
    state: Literal["draft", "final"]
    format: Literal["pdf", "html"]
    most_pages: int = 0
    variant: Variant = "pdf/ua-1"
    profile: str = ""
    imposition: Imposition | None = None

    @property
    def fingerprint(self) -> str:
        """The mark of this copy that is printed in it: the first 16 digits of the digest."""
        return self.key[:16]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a request: bytes, page count and a picture of the first page, or the problems that kept it from being made."""

    request: Request
    content: bytes = b""
    pages: int = 0
    problems: tuple[Problem, ...] = ()
    picture: bytes = b""
