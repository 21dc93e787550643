"""The first text of new files. Each says what to write in its place, and each passes the checks as it stands."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

PLACEHOLDERS = frozenset(
    {
        "Write your name",
        "Write who paid.",
        "Write what the authors have to declare.",
        "Write the licence.",
        "Write the text here.",
        "Say the one thing that your reader has to know.",
        "Say what happens with no change of treatment.",
        "Say how it works and what it is like for you.",
        "Say how this one works and what it is like for you.",
        "Say what the studies found, in how many people, and over what time.",
        "Say what nobody knows yet.",
    }
)
"""Sentences that stand in place of a text: a leaflet that still holds one is never final (G7)."""
_CLINIC = """\
# Who hands the leaflets out. `leaflets schema clinic` lists every key.
name: {name}
example: true                 # take this line out once the details are your own: until then nothing is final
country: {country}
# phone: "01234 567890"       # give it here, or leave it in write_in: then a line is printed to fill in by hand
write_in: [phone, out_of_hours_phone, contact]
verify_url: https://leaflets.example.org/v/
# feedback: leaflets@example.org
# prices:
#   hsct: {{amount: 60000, currency: EUR, date: 2026-03-01, includes: "the hospital stay and a year of check-ups"}}
"""
_THEME = """\
# The look of all your leaflets. `leaflets schema theme` lists every key; `leaflets check` measures every contrast (L6).
# colours: {deep: "#123a5e"}   # your main colour; those you do not name stay as they are
# logo: our-clinic.svg         # a picture of content/assets/
paper: a4                      # or letter: the paper of each edition that does not name its own
tone: clear                    # or soft: round corners, lighter lines; or sparing: no filled areas, little toner
"""


def clinic_workspace() -> dict[str, str]:
    """Return the files of a workspace over the built-in leaflets: path -> text."""
    return {
        "content/workspace.yaml": (
            "id: my-clinic\n"
            "title: Leaflets of my clinic\n"
            "base: builtin                 # the built-in leaflets; a file here replaces the built-in one of the same path\n"
            "deliverables:\n"
            "  - {leaflets: all, profiles: default, editions: [a4, large-print, page]}\n"
        ),
        "content/clinic.yaml": _CLINIC.format(name="My clinic", country="gb"),
        "styles/theme.yaml": _THEME,
    }


def small_workspace() -> dict[str, str]:
    """Return the files of a small workspace of its own: path -> text."""
    files = {
        "content/workspace.yaml": (
            "id: my-leaflets\ntitle: My leaflets\nbase: none\ndeliverables:\n  - {leaflets: all, profiles: all, editions: [a4, page]}\n"
        ),
        "content/clinic.yaml": _CLINIC.format(name="My clinic", country="gb"),
        "content/countries.yaml": (
            'countries:\n  gb:\n    title: United Kingdom\n    emergency_number: "999"\n'
            "    organisations:\n      - {name: The name of an organisation, what: What it offers}\n"
        ),
        "content/vocabulary.yaml": (
            "# The traits your readers can have.\ntraits:\n  reader:\n    title: Who reads it\n    default: patient\n"
            '    values: {patient: {title: The patient}, carer: {title: "Family, friend or carer"}}\n'
        ),
        "content/profiles.yaml": (
            "# The readers you write for.\nprofiles:\n  patient:\n    title: The patient\n"
            "  carer:\n    title: A family member or friend\n    traits: {reader: carer}\n"
        ),
        "content/leaflets/my-leaflet.yaml": leaflet("My leaflet", "patient", [name for name, *_ in _SMALL], date(2026, 1, 1)),
    }
    return files | {f"content/sections/{name}.md": _section(kind, title, text) for name, kind, title, text in _SMALL}


def section(kind: str, title: str) -> str:
    """Return the text of a new section."""
    return _section(
        kind,
        title,
        "Write the text here. Keep sentences short. Speak to your reader as you.\n\nAn empty line begins a new paragraph.",
    )


def _section(kind: str, title: str, text: str) -> str:
    return f"---\nkind: {kind}\ntitle: {_quoted(title)}\n---\n\n{text}\n"


def leaflet(title: str, profile: str, sections: Iterable[str], written: date) -> str:
    """Return the text of a new leaflet."""
    listed = "".join(f"  - {name}\n" for name in sections)
    due = written + timedelta(days=365)
    return (
        f'title: {_quoted(title)}\nshort_title: {_quoted(title)}\nversion: "0.1"\ndefault_profile: {profile}\n'
        f"written: {written}\npublished:                 # the day it is published\n"
        f"evidence_searched:         # the day somebody searched the evidence\n"
        f"review_due: {due}\nauthors:\n  - {{name: Write your name, role: author}}\n"
        f"reviewers: []              # only who really reviewed it\n"
        "funding: Write who paid.\nconflicts: Write what the authors have to declare.\nlicence: Write the licence.\n"
        f"sections:\n{listed}must_show: []\n"
    )


def profile(name: str, title: str, traits: Mapping[str, str]) -> str:
    """Return the text of a new profile."""
    listed = ", ".join(f"{trait}: {_quoted(value)}" for trait, value in traits.items())
    return f"profiles:\n  {name}:\n    title: {_quoted(title)}\n    traits: {{{listed}}}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_SMALL = (
    (
        "who-for",
        "who-for",
        "Who is this leaflet for?",
        "This leaflet is for you if you are thinking about the treatment.\nIt is not for you if you need help at once.\n\n"
        "::: when reader=carer\nYou can read it together with the person you care for.\n:::",
    ),
    ("main-message", "main-message", "The main message", "Say the one thing that your reader has to know."),
    (
        "options",
        "options",
        "What are your options?",
        "## No change\n\nSay what happens with no change of treatment.\n\n"
        "## The treatment\n\nSay how it works and what it is like for you.\n\n"
        "## Another treatment\n\nSay how this one works and what it is like for you.",
    ),
    ("benefits", "benefits", "What good may it do?", "Say what the studies found, in how many people, and over what time."),
    ("harms", "harms", "What harm may it do?", "Say what the studies found, in how many people, and over what time."),
    ("unknowns", "unknowns", "What is not known?", "Say what nobody knows yet."),
    (
        "urgent-help",
        "urgent-help",
        "When to get help",
        "::: box urgent\n### Call {country emergency_number} now if\n\n- you have trouble breathing.\n:::\n\n"
        "In working hours call us: {clinic phone}",
    ),
    (
        "questions",
        "questions",
        "Questions to ask",
        "::: checklist\n- What happens if I wait?\n- What does it mean for my daily life?\n:::",
    ),
    ("notes", "notes", "Your notes", "Write down what you want to ask.\n\n::: lines 6 :::"),
    ("support", "support", "Where to find support", "You are not alone with this.\n\n::: organisations :::"),
)


def tongue(language: str) -> str:
    """Return content/translations/LANGUAGE.yaml, to be filled in."""
    return f"""language: {language}
method: Nobody has translated it yet.
terms: {{}}        # the agreed word for each English one, as `stem cell: …`
promises: []     # words that promise too much: cure, miracle, guaranteed, harmless …
denials: []      # words by which the language says no; `*` stands for any letters
"""
