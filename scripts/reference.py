"""Writes docs/reference.md from the program itself: commands, files and their keys, placeholders, blocks, codes, output.

    .venv/bin/python scripts/reference.py            write it
    .venv/bin/python scripts/reference.py --check    only say whether it is up to date

What a program cannot know about itself, such as what to do about a code, stands in the tables at the top of this file.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from leaflets import cli, disk, facts, parse
from leaflets.codes import CODES, Code, Severity, Stops
from leaflets.markup import BOX_KINDS, DIRECTIVES, FACT_FORMS, PLACEHOLDERS
from leaflets.model import KINDS, Duration, Fact, Interval
from leaflets.parse import shapes
from leaflets.problems import Span

TARGET = Path(__file__).parent.parent / "docs" / "reference.md"

# ---------------------------------------------------------------- what the program does not say of itself

FILES = {
    "workspace": "content/workspace.yaml",
    "vocabulary": "content/vocabulary.yaml",
    "clinic": "content/clinic.yaml",
    "countries": "content/countries.yaml, or files in content/countries/",
    "facts": "content/facts.yaml, or files in content/facts/",
    "sources": "content/sources.yaml, or files in content/sources/",
    "glossary": "content/glossary.yaml, or files in content/glossary/",
    "profiles": "content/profiles.yaml, or files in content/profiles/",
    "phrases": "content/phrases.yaml, or files in content/phrases/",
    "leaflet": "content/leaflets/NAME.yaml",
    "section": "the header of content/sections/NAME.md",
    "signoffs": "content/signoffs.yaml",
    "editions": "styles/editions.yaml",
    "theme": "styles/theme.yaml",
    "translations": "content/translations/LANGUAGE.yaml",
}

SECTION_KINDS = {
    "who-for": "Aim of the leaflet, who it is for and who it is not for.",
    "main-message": "One message of 1 to 3 sentences. It is set apart near the start.",
    "summary": "The main points.",
    "background": "The illness, and why people ask about the treatment.",
    "what-it-is": "What the treatment is.",
    "evidence": "How good the evidence is.",
    "who-may-benefit": "For whom it may do more good than harm, and for whom not.",
    "options": "At least three options; one of them is no change.",
    "benefits": "What good it may do.",
    "harms": "What harm it may do.",
    "unknowns": "What nobody knows yet.",
    "steps": "What happens, step by step.",
    "before": "How to prepare.",
    "after": "What comes afterwards.",
    "urgent-help": "When to get help at once.",
    "cost": "What it costs.",
    "abroad": "Treatment in another country.",
    "trials": "How to find a trial.",
    "questions": "Questions to ask.",
    "notes": "Room to write.",
    "support": "Where to find support.",
}

PLACES = {
    "fact": (
        "{fact NAME}, {fact NAME FORM}",
        "A fact in words, or in another form. Its source is cited at the end of the paragraph, item or table.",
    ),
    "term": (
        "{term NAME}, {term NAME|other words}",
        "A word of the glossary. Its meaning follows in brackets where the leaflet's text first uses it.",
    ),
    "cite": ("{cite SOURCE}, {cite SOURCE SOURCE}", "The number of a source, for a claim without a number of its own."),
    "clinic": ("{clinic KEY}", "A detail of clinic.yaml; a line to write on where `write_in` names it."),
    "country": ("{country KEY}", "A detail of the reader's country."),
    "plain": ("{plain TEXT}", "A number or name that is no fact: a year, an age, the name of a trial's phase."),
}

BLOCKS = {
    "when": ("::: when CONDITION", "Text only for the readers the condition fits."),
    "fact-box": (
        "::: fact-box FACT …",
        "A table drawn from 1 to 12 proportions, with their comparison groups. The text inside is its caption.",
    ),
    "icons": ("::: icons FACT [FACT]", "One or two icon arrays drawn from proportions. The text inside is the caption."),
    "certainty": (
        "::: certainty LEVEL",
        "How sure the evidence makes us: `very-low`, `low`, `moderate` or `high`. The text inside says why.",
    ),
    "timeline": ("::: timeline", "The numbered steps inside along a line; each begins with its time, in bold."),
    "compare": (
        "::: compare",
        "Options side by side: headings `##`, below each a list whose items begin with the same questions, in bold.",
    ),
    "drawings": ("::: drawings", "A list of pictures, each with words behind it, beside one another; mirrored in scripts that run left."),
    "scale": ("::: scale", "The list inside gets five boxes to mark in each row, from not important to very important."),
    "box": ("::: box KIND", "A framed message. A heading `###` inside is its title."),
    "checklist": ("::: checklist", "The one list inside gets boxes to tick."),
    "lines": ("::: lines N :::", "1 to 40 lines to write on."),
    "organisations": ("::: organisations :::", "The organisations of the reader's country."),
    "price": ("::: price NAME", "The clinic's price with its date. The text inside is printed where the clinic gives none."),
    "include": ("::: include SECTION :::", "The text of another section, under that section's own condition."),
}

BOXES = {
    "key": "The one thing to remember.",
    "note": "Something beside the main line.",
    "carer": "For family members, friends and carers.",
    "urgent": "When to get help at once.",
}

FORMS = {
    "words": "The number in words. This is the form when none is named.",
    "short": "Without the word for who is counted.",
    "number": "The number alone.",
    "other": "The other side, in words.",
    "other-short": "The other side, short.",
    "other-number": "The other side's number alone.",
    "both": "Both sides as one sentence.",
    "period": "Over what time.",
    "period-figure": "The same without the word for the unit, for a translation that needs it in another form.",
    "figure": 'The number without its unit and without words such as "about".',
    "interval": "The confidence interval.",
    "denominator": "Of how many.",
}

LETTERS = {
    "F": "Files",
    "Y": "YAML",
    "K": "Keys and values",
    "M": "Markdown",
    "X": "References from one thing to another",
    "V": "Vocabulary, conditions and the proof of `must_show`",
    "C": "Content",
    "S": "Structure",
    "R": "Language",
    "N": "Numbers",
    "L": "Layout and letters",
    "T": "Translation",
    "G": "Dates, people, consent",
    "P": "Print",
    "B": "Build",
    "D": "Tables of recipients, and letters",
}

ADVICE = {
    "F01": "Give another folder with `--workspace`, or make one: `leaflets new workspace`. vocabulary.yaml and clinic.yaml are needed.",
    "F02": "Save it as UTF-8.",
    "F03": "Save it as UTF-8 without BOM.",
    "F04": "Delete the character; it often comes along when text is pasted.",
    "F05": "Save it with Unix line ends (LF).",
    "F06": "A text may have 1 MB, a picture 10 MB. Split the text, or make the picture smaller.",
    "F07": "Copy the file into the workspace. Links to folders are not followed.",
    "F08": "See that it exists and that you may read it.",
    "F09": "See the list of files in [Writing leaflets](authors.md); the name may be mistyped.",
    "F10": "Use small letters, digits and hyphens.",
    "F11": "Give one of them another name. Folders do not count as part of a name.",
    "F12": "Use .png, .jpg or a plain .svg that loads nothing; as a font a static .ttf or .otf of that family and weight, free to embed.",
    "Y01": "Most often a missing quote, or a line that is not indented as its neighbours are.",
    "Y02": "Indent with spaces.",
    "Y03": "Keep one of the two.",
    "Y04": "Write the value out. Put text that begins with `&`, `*` or `!` in quotes.",
    "Y05": "Write the keys it needs, or remove it.",
    "Y06": "No file needs that; see the tables above.",
    "K01": "The hint names the nearest known key.",
    "K02": "Add it; see the tables above.",
    "K03": "See the type in the tables above. Telephone numbers and versions need quotes.",
    "K04": "The hint lists what is allowed.",
    "K05": "Use small letters, digits and hyphens.",
    "M01": "Begin with `---`, then `kind:` and `title:`, then `---`.",
    "M02": "Write Markdown. For the sign itself write `\\<`.",
    "M03": "Begin the line further left, and leave out backticks.",
    "M04": "Use `**bold**` for what matters.",
    "M05": "Use `## ` inside a section and `### ` below that.",
    "M06": "The hint names the nearest block.",
    "M07": "Put `:::` on a line of its own after the block's text.",
    "M08": "See the table of blocks.",
    "M09": "See the table of placeholders. In a table cell write `\\|` for `|`.",
    "M10": "Write what it shows between the square brackets.",
    "M11": "Write a paragraph, a list, a table or a box.",
    "M12": "See the table of forms.",
    "M13": "Write it, or remove the file or item.",
    "M14": "Fill in the first row and the first cell of each row.",
    "X01": "Add it to facts, or correct the name.",
    "X02": "Add it to the glossary, or correct the name.",
    "X03": "Add it to sources, or correct the name.",
    "X04": "Add the file, or correct the name.",
    "X05": "Add it to profiles, or correct the name.",
    "X06": "Add the leaflet's file, or correct the name.",
    "X07": "Give it in clinic.yaml or countries.yaml; a clinic's detail can be named in `write_in`.",
    "X08": "Put it into content/assets/.",
    "X09": "Take one of the includes out.",
    "X10": "Name it in a leaflet, include it, or remove the file.",
    "X11": "Use it, or remove it.",
    "X12": "Correct the name, or add a row to styles/editions.yaml.",
    "X13": "Add it to countries.yaml, or correct the name.",
    "X14": "Keep one of the two.",
    "X15": "Write it whole: `https://…`, `mailto:…` or `tel:…`.",
    "X17": "Write the text under `texts` of the leaflet; name it as the `text` of an edition is named.",
    "X16": "List each brace of the text under `slots`, with what it is filled with.",
    "V01": "Write it like `stage=deciding and reader!=carer`. Brackets are not used.",
    "V02": "Add the trait to vocabulary.yaml, or correct the name.",
    "V03": "Add the value to vocabulary.yaml, or correct the name.",
    "V04": "A trait has one value at a time: use `|` or `or`.",
    "V05": "Loosen the condition named, or take the thing out of `must_show`. The message tells the smallest such reader.",
    "V06": "Add a section that holds it, or take it out of `must_show`.",
    "V07": "Let fewer traits decide about what must be shown.",
    "C1": "Show every reader exactly one section of the kind `main-message`, among the first three.",
    "C2": "Begin a sentence with Ask, Talk, Tell, Call, Bring or the like.",
    "C3": "Add a section of the kind `who-for`, with a sentence that says for whom it is not.",
    "C4": "Add sections of these kinds; give each option a heading, with no change among them.",
    "C5": "Add a section of the kind `unknowns`.",
    "C6": "Shorten one, or lengthen the other. Tables do not count.",
    "C7": "Add what the message names, where every reader sees it.",
    "C8": "Put the leaflet's sections in the order of the kinds.",
    "C13": "Say what was found, in how many people, over what time.",
    "S1": "Use `## ` before `### `; make the heading a question or a statement.",
    "S2": "Add a heading, or cut.",
    "S3": "Make two lists of it, each with a heading.",
    "R1": "Shorten sentences and words.",
    "R1a": "Nothing has to be done; shorter is better.",
    "R2": "Make two sentences of it.",
    "R3": "Make two paragraphs, or a list.",
    "R4": "Say who does it.",
    "R5": "Make it a term of the glossary and name it with `{term …}` at its first use, or write `{plain …}`.",
    "R6": "Speak to the reader: you, your.",
    "R7": "Use the word of the glossary; the hint shows it.",
    "R8": "Shorten sentences and words of the translation.",
    "R8a": "Have readers of the language test the text; [Translating leaflets](translators.md#readability) tells why there is none.",
    "N1": "Put both on one denominator, or make a box of each.",
    "N1a": "Put it on 100 or 1,000. A small study of real people keeps its own number.",
    "N2": "Give every fact of a box a comparison group, or none; else make two boxes.",
    "N3": "Add `{fact NAME period}` near it.",
    "N4": "Add `{fact NAME other}`, or use `both`.",
    "N5": "Give the fact in the same sentence or paragraph.",
    "N7": "Give the fact for each group: so many of 100 people.",
    "N10": "Make it a fact; a year, an age or a name goes into `{plain …}`. Every leaflet of the workspace stays a draft meanwhile.",
    "N11": "Correct one of the numbers.",
    "N12": "Correct the number, or write into `reported` what the source says.",
    "L2": "Use `**bold**` for what matters.",
    "L6": "Make the colour that the hint names darker or lighter, in styles/theme.yaml. Every leaflet stays a draft meanwhile.",
    "L6a": "Make it darker or lighter; the tone `sparing` fills nothing.",
    "L8": "Write it with other letters.",
    "G1": "Give the dates, once they are true.",
    "G1a": "Review the leaflet and set the next date.",
    "G2": "Name the reviewers, once somebody has reviewed it.",
    "G3": "Name a source; give the source a `doi`, `pmid`, `url` or `reference`.",
    "G4": "Give `feedback` in clinic.yaml.",
    "G5": "Record the signature in signoffs.yaml; see [Writing leaflets](authors.md).",
    "G6": "Give your clinic's details and take `example: true` out.",
    "G7": "Write your own.",
    "T1": "`leaflets translate update`, then translate it. Nothing falls back to English.",
    "T2": "Every brace, link and bold of the text belongs into the translation; see [Braces](translators.md#braces).",
    "T2a": "Write the figures of the text, and no others.",
    "T4": "Read and mend it, then change its [state](translators.md#who-has-read-it).",
    "T5": "`leaflets translate update`, read it against the text, take the mark `fuzzy` away.",
    "T7": "See that no `not` got lost; or add the word to `denials` of the language's file.",
    "T8": "Use the glossary's word, inflected; or change the glossary's translation.",
    "T9": "See that nothing was lost or added.",
    "T10": "Write the signs and digits of the language.",
    "T11": "Translate it.",
    "T12": "Write content/translations/LANGUAGE.yaml.",
    "T13": "See the line it names; `msgfmt --check` tells more.",
    "T14": "Use a code of the [table of scripts](translators.md#scripts-and-fonts).",
    "P02": "See the message. Most often a style sheet or template of the workspace asks for something that is not there.",
    "P05": "Use pictures of content/assets/ only.",
    "P06": "Take the font family out of the style sheet.",
    "P07": "Try again with `--jobs 1`; if it comes again, report it.",
    "P08": "See the line named in templates/.",
    "P09": "Install the package that the hint names; `leaflets doctor` looks at all of them.",
    "P10": "See the file named in styles/.",
    "P11": "Shorten the text of that edition for this reader, or the translation.",
    "P12": "Put the ICC profile of the press into styles/profiles/ and name it in the edition's row.",
    "B01": "See that the folder can be written and has room.",
    "B02": "`leaflets check` tells what is missing; without `--final` it is built as a draft.",
    "B03": "Give one of the two another name.",
    "D01": "Save it as CSV UTF-8 or .xlsx; JSON has one object on each line. A table may have 100 MB and as many rows as a sheet of Excel.",
    "D02": "See that the names are right; else save it as CSV UTF-8, or tell its encoding with `--encoding`.",
    "D03": "The hint names the nearest column. See [Letters to many](authors.md#letters-to-many).",
    "D04": "The hint names the nearest one. `leaflets list` shows them all.",
    "D05": "Fill it in.",
    "D06": "Write 2026-11-23, 14:30 and 12.5, or make the cell a date or time in the spreadsheet.",
    "D07": "Delete what cannot be printed; paste results in place of formulas; make telephone numbers text.",
    "D08": "See that the year is right; ask for a phrase that says what the column holds.",
    "D09": "The message tells why. The other letters are made.",
}

MANIFEST = {
    "schema": "Version of this format: 1.",
    "generated_as_of": "The day dates were judged on.",
    "versions": "Versions of the program and its renderer, and a digest of each font file. They are part of every fingerprint.",
    "leaflets": "One object for each file in the folder that a build made; see below.",
    "problems": "What was found while building, with paths within the workspace; see above.",
}
ENTRY = {
    "leaflet": "Name of the leaflet.",
    "profile": "Name of the reader; traits given by `--trait` follow as `+NAME=VALUE`.",
    "language": "BCP 47.",
    "edition": "Name of the edition.",
    "path": "The file, from the output folder.",
    "title": "Title of the leaflet.",
    "pages": "Number of pages; 1 for a page for the screen.",
    "bytes": "Size of the file.",
    "sha256": "Digest of the file.",
    "fingerprint": "16 hexadecimal digits, in the footer and behind the QR code. Same text, reader, edition and versions: same mark.",
    "state": "`draft` or `final`.",
    "version": "Version of the leaflet.",
    "review_due": "The day its review is due.",
    "sections": "Sections shown, in order.",
    "facts": "Facts stated.",
    "sources": "Sources cited, in the order of their numbers.",
}
PROBLEM = {
    "code": "One of the codes above.",
    "severity": "`error`, `warning` or `note`.",
    "message": "What is wrong.",
    "path": "File.",
    "line": "Line from 1; 0 for the file as a whole.",
    "column": "Column from 1; 0 for the file as a whole.",
    "hint": "What would be right; may be empty.",
    "leaflet": "Where it applies to one leaflet.",
    "profile": "Where it applies to one reader.",
    "language": "Where it applies to one language.",
    "edition": "Where it applies to one edition.",
}
STATUSES = {
    "0": "All that was asked for is done. There may be warnings.",
    "1": "The workspace or a leaflet has an error, or a leaflet could not be built. What could be built is built.",
    "2": "The command line is wrong.",
    "130": "Interrupted. Finished leaflets stay, and none is half written.",
}

# ---------------------------------------------------------------- Markdown


def cell(text: Any) -> str:
    """Return a text as it can stand in a table."""
    return re.sub(r"\s+", " ", str(text)).strip().replace("|", "\\|")


def table(head: tuple[str, ...], rows: Iterator[tuple[Any, ...]] | list[tuple[Any, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(['---'] * len(head))}|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(cell, row))} |" for row in rows)]) + "\n"


def code(text: Any) -> str:
    return f"`{text}`"


def described(names: Any, table_of: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    """Hold a table of this file against the program's own list, so that neither has a name the other lacks."""
    if set(names) != set(table_of):
        sys.exit(f"scripts/reference.py: {what}: {sorted(set(names) ^ set(table_of))} stand on one side only")
    return table_of


# ---------------------------------------------------------------- commands


def commands() -> Iterator[str]:
    yield "## Commands\n\nAll commands know `--help`. `leaflets --version` prints the version. `python -m leaflets` is the same command.\n"
    context = click.Context(cli.cli, info_name="leaflets")
    yield table(("command", "what it does"), [(f"[`leaflets {name}`](#leaflets-{name})", told) for name, told in cli.COMMANDS.items()])
    for name in cli.COMMANDS:
        command = cli.cli.get_command(context, name)
        assert command is not None
        yield from one_command(command, name, context)


def one_command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"### {context.command_path}\n\n```\n{usage}\n```\n\n{paragraphs(command.help or '')}\n"
    options = [given for given in command.params if isinstance(given, click.Option)]
    if options:
        yield table(("option", "what it does", "default"), [option_row(given, context) for given in options])
    if command.epilog:
        yield f"```\n{examples(command.epilog)}\n```\n"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from one_command(found, inner, context)


def paragraphs(text: str) -> str:
    return "\n\n".join(re.sub(r"\s+", " ", part).strip() for part in text.split("\n\n"))


def examples(epilog: str) -> str:
    """Return the lines of an epilog that are commands: those set in by two spaces."""
    return "\n".join(line.removeprefix("  ") for line in epilog.split("\n") if line.startswith("  "))


def option_row(option: click.Option, context: click.Context) -> tuple[str, ...]:
    names = ", ".join(code(name) for name in sorted(option.opts, key=len))
    metavar = "" if option.is_flag else " " + code(option.make_metavar(context))
    default = option.show_default if isinstance(option.show_default, str) else ""
    if option.show_default is True:
        given = option.get_default(context)
        default = code(", ".join(map(str, given)) if isinstance(given, list | tuple) else given)
    return names + metavar, option.help or "", default


# ---------------------------------------------------------------- files

PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "name",
    r"^[a-z][a-z0-9_]*$": "name (with `_`)",
    r"^[^\n]*$": "one line of text",
    r"^[A-Z]{3}$": "three capitals",
    r"^https://[^\s\"<>]+$": "address with `https://`",
    r"^https?://\S+$": "address",
    r"^10\.\d{4,9}/\S+$": "DOI",
    r"^\d{1,9}$": "digits in quotes",
    r"^[0-9]+(\.[0-9]+){0,2}$": "version in quotes",
    r"^[0-9a-f]{16}$": "16 hexadecimal digits",
    r"^(section|kind|fact):[a-z0-9-]+$": "`section:NAME`, `kind:KIND` or `fact:NAME`",
    r"^[a-z0-9/_-]+\.css$": "file name",
    r"^[a-z0-9/_-]+\.html$": "file name",
    r"^#[0-9a-fA-F]{6}$": "colour, as `#123a5e`, in quotes",
    r"^[a-z0-9]+([-_.][a-z0-9]+)*\.(ttf|otf)$": "file name",
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$": "language code (BCP 47)",
}
"""What the patterns of leaflets/parse/shapes.py mean, in words."""
PLURALS = {
    "name": "names",
    "one line of text": "lines of text",
    "text": "texts",
    "file name": "file names",
    "language code (BCP 47)": "language codes",
}


def files() -> Iterator[str]:
    yield (
        "## Files and their keys\n\n`leaflets schema KIND` prints the JSON Schema (2020-12) of a kind, for editors. "
        "An unknown key is an error. "
        "A *name* has small letters, digits and hyphens. Dates are written `2026-11-23`.\n"
    )
    described(shapes.SHAPES, FILES, "kinds of file")
    for kind in shapes.SHAPES:
        schema = shapes.json_schema(kind)
        yield f"### {kind}\n\nIn {FILES[kind]}. Schema: `leaflets schema {kind}`.\n"
        yield keys(schema, shapes.SHAPES[kind])
        for name, inner in ordered(schema):
            yield f"#### {kind}: {spoken(name)}\n\n{inner.get('description', '')}\n"
            yield keys(inner, getattr(shapes, name))


def ordered(schema: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the shapes inside a shape, outer before inner."""
    inner = schema.get("$defs", {})
    found: dict[str, None] = {}
    waiting = _named({key: value for key, value in schema.items() if key != "$defs"})
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += _named(inner[name])
    return [(name, inner[name]) for name in found]


def _named(schema: Mapping[str, Any]) -> list[str]:
    return re.findall(r"'\$ref': '#/\$defs/(\w+)'", str(schema))


def spoken(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name.removesuffix("Shape")).lower()


def keys(schema: Mapping[str, Any], shape: Any) -> str:
    needed, own = set(schema.get("required", ())), tuple(shape.__annotations__)
    rows = [
        (code(key), "yes" if key in needed else "", kind_of(one), default_of(shape, key, key in needed), one.get("description", ""))
        for key, one in sorted(schema.get("properties", {}).items(), key=lambda pair: pair[0] not in own)
    ]
    return table(("key", "needed", "type", "default", "what it is"), rows)


def default_of(shape: Any, key: str, needed: bool) -> str:
    if needed:
        return ""
    given = shape.model_fields[key].get_default(call_default_factory=True)
    if isinstance(given, shapes.Shape):
        return "the defaults below"
    if given in (None, "", [], {}):
        return ""
    if isinstance(given, list) and not isinstance(given[0], str):
        return "one row with the defaults below"
    return code(
        {True: "true", False: "false"}.get(given, given)
        if isinstance(given, bool)
        else ", ".join(given)
        if isinstance(given, list)
        else given
    )


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return the type of a value in words."""
    if "$ref" in schema:
        return f"*{spoken(schema['$ref'].rsplit('/', 1)[-1])}*"
    for some in ("anyOf", "oneOf"):
        if some in schema:
            kinds = [kind_of(one) for one in schema[some] if one.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    if "const" in schema:
        return code(schema["const"])
    if "enum" in schema:
        return ", ".join(code(one) for one in schema["enum"])
    if schema.get("type") == "array":
        kind = kind_of(schema["items"])
        return f"list of {PLURALS.get(kind, kind)}"
    if schema.get("type") == "object":
        return mapping_of(schema)
    if schema.get("type") == "string":
        return text_of(schema)
    return {"integer": "whole number", "number": "number", "boolean": "true or false"}[schema["type"]] + bounds_of(schema)


def mapping_of(schema: Mapping[str, Any]) -> str:
    named = schema.get("propertyNames", {})
    patterns = schema.get("patternProperties") or {"": schema.get("additionalProperties")}
    value = kind_of(next(iter(patterns.values())))
    return f"{', '.join(code(one) for one in named['enum'])}: {value}" if "enum" in named else f"names, each with {value}"


def text_of(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date":
        return "date"
    pattern = schema.get("pattern")
    return "text" if pattern is None else PATTERNS.get(pattern, f"text that fits {code(pattern)}")


def bounds_of(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and high < 1e9:
        return f", {low} to {high}"
    return f", {low:g} or more" if low else ""


# ---------------------------------------------------------------- the text

EXAMPLE = Fact(
    id="example",
    kind="proportion",
    sources=(),
    date="2026",
    span=Span(""),
    numerator=20,
    denominator=100,
    about=True,
    counted="people",
    claim="had a fever",
    other="had none",
    period=Duration(30, None, "day"),
    interval=Interval(14, 27, 95),
)
"""A made-up fact that shows the forms."""
STAY = Fact(id="stay", kind="duration", sources=(), date="2026", span=Span(""), low=3, high=6, unit="week", qualifier="about")
"""Another, for the forms that a proportion does not have."""


def texts() -> Iterator[str]:
    yield "## Text\n\n### Kinds of section\n\nA leaflet's sections stand in this order.\n"
    yield table(("kind", "what it is for"), [(code(kind), described(KINDS, SECTION_KINDS, "kinds of section")[kind]) for kind in KINDS])
    yield "### Placeholders\n"
    held = described(PLACEHOLDERS, PLACES, "placeholders")
    yield table(
        ("placeholder", "what it prints"), [(", ".join(map(code, held[name][0].split(", "))), held[name][1]) for name in PLACEHOLDERS]
    )
    yield "Details of the clinic: " + ", ".join(code(key) for key in slots("clinic")) + ".\n"
    yield "Details of a country: " + ", ".join(code(key) for key in slots("country")) + ".\n"
    yield "### Forms of a fact\n\nThe examples are of a made-up proportion, the last one of a length of time.\n"
    yield table(("form", "kinds of fact", "what it is", "prints"), list(forms()))
    yield "### Blocks\n\nA block ends with `:::` on a line of its own. One without text inside can be closed on its first line.\n"
    held = described(DIRECTIVES, BLOCKS, "blocks")
    yield table(("block", "what it makes"), [(code(held[name][0]), held[name][1]) for name in DIRECTIVES])
    yield "### Boxes\n"
    yield table(("box", "what it is for"), [(code(f"::: box {name}"), described(BOX_KINDS, BOXES, "boxes")[name]) for name in BOX_KINDS])
    yield CONDITIONS


CONDITIONS = """### Conditions

`TRAIT=VALUE`, `TRAIT!=VALUE`, values joined by `|`, tests joined by `and` and `or`; `and` binds closer. There are no brackets.
`leaflet=NAME` tests which leaflet is being made. A condition is met or not: every reader has a value for every trait.
"""


def slots(owner: str) -> list[str]:
    from leaflets.parse import references

    return list(references._SLOTS[owner])


def forms() -> Iterator[tuple[str, ...]]:
    voice = facts.Voice("en", "gb")
    every = {form: [kind for kind, known in FACT_FORMS.items() if form in known] for known in FACT_FORMS.values() for form in known}
    held = described(every, FORMS, "forms")
    for form, kinds in every.items():
        shown = facts.words(EXAMPLE if "proportion" in kinds else STAY, form, voice)
        yield code(form), "all" if len(kinds) == len(FACT_FORMS) else ", ".join(kinds), held[form], shown


# ---------------------------------------------------------------- codes, editions, output


def codes() -> Iterator[str]:
    yield (
        "## Codes\n\nAn *error* makes the exit status 1. A code that stops the *build* keeps the leaflet from being made. "
        "One that stops *final* "
        "lets it be made as a draft, which says so on each page. `rule` is the id of the [standard](standard.md) it comes from.\n"
    )
    groups: dict[str, list[Code]] = {}
    for one in CODES.values():
        groups.setdefault(one.id[0], []).append(one)
    described(groups, LETTERS, "letters of codes")
    for letter, told in LETTERS.items():
        yield f"### {letter}: {told}\n"
        yield table(("code", "severity", "stops", "what is wrong", "rule", "what to do"), [code_row(one) for one in groups[letter]])


def code_row(one: Code) -> tuple[str, ...]:
    stops = {Stops.BUILD: "build", Stops.FINAL: "final", Stops.NOTHING: ""}[one.stops]
    severity = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}[one.severity]
    return one.id, severity, stops, one.title, one.rule, ADVICE.get(one.id, "The hint tells.")


def editions() -> Iterator[str]:
    yield "## Editions\n\nThe rows of `styles/editions.yaml` that come with the program. A workspace can have its own.\n"
    known = parse.parse(disk.read(disk.builtin_root())).value.editions.values()
    yield table(
        ("edition", "title", "format", "size", "languages", "styles", "template"),
        [(code(one.id), one.title, one.format, f"{one.size:g}", one.languages, ", ".join(one.styles), one.template) for one in known],
    )


def output() -> Iterator[str]:
    yield "## Output\n\nA build writes `LANGUAGE/LEAFLET--PROFILE--EDITION.pdf` (or `.html`), `index.html` and `manifest.json`.\n"
    yield "### Exit status\n"
    yield table(("status", "meaning"), [(code(status), told) for status, told in STATUSES.items()])
    yield "### A problem\n\nFor people it is one line, and its hint on the next:\n"
    yield "```\npath:line:column: severity CODE message\n    hint\n```\n"
    yield "As JSON it is an object with these fields. The last four stand there only where they apply.\n"
    yield table(("field", "what it is"), [(code(key), told) for key, told in PROBLEM.items()])
    yield "### manifest.json\n"
    yield table(("field", "what it is"), [(code(key), told) for key, told in MANIFEST.items()])
    yield "Each object of `leaflets`:\n"
    yield table(("field", "what it is"), [(code(key), told) for key, told in ENTRY.items()])


HEAD = """# Reference

<!-- Written by scripts/reference.py from the program itself. Do not edit it by hand. -->

Every command, file, key, block and code. To learn how to write, begin with [Writing leaflets](authors.md); to translate, with
[Translating leaflets](translators.md).

- [Commands](#commands)
- [Files and their keys](#files-and-their-keys)
- [Text](#text): kinds of section, placeholders, forms of a fact, blocks, boxes, conditions
- [Codes](#codes)
- [Editions](#editions)
- [Output](#output): exit status, problems, manifest.json
"""


def text() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *commands(), *files(), *texts(), *codes(), *editions(), *output()])


def main() -> None:
    made = text()
    if "--check" in sys.argv[1:]:
        sys.exit(0 if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == made else f"{TARGET} is not up to date")
    TARGET.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
