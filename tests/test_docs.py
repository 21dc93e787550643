"""The documents tell the truth: what they name exists, what exists is named, their examples are valid and their commands run."""

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import click
import pytest
from leaflets import cli, disk, fonts, parse
from leaflets.checks.formulas import FORMULAS, NO_FORMULA
from leaflets.codes import CODES, Stops
from leaflets.facts import Voice
from leaflets.markup import ALL_FORMS, BOX_KINDS, DIRECTIVES, PLACEHOLDERS
from leaflets.model import KINDS, Files, Workspace
from leaflets.parse import shapes
from leaflets.parse.validate import validate
from leaflets.parse.yaml import load

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
REFERENCE = ROOT / "docs" / "reference.md"
AUTHORS = ROOT / "docs" / "authors.md"
TRANSLATORS = ROOT / "docs" / "translators.md"
DEVELOPERS = ROOT / "docs" / "developers.md"


def script(name: str) -> ModuleType:
    """Load a script of scripts/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def page(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def pack() -> Workspace:
    return parse.parse(disk.read(ROOT)).value


def fences(path: Path, *languages: str) -> Iterator[tuple[int, str]]:
    """Every fenced block of a page in one of these languages ("" for none), with its first line's number."""
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", page(path), re.MULTILINE | re.DOTALL):
        if match[1] in languages:
            yield page(path).count("\n", 0, match.start()) + 2, match[2]


# ---------------------------------------------------------------- the reference


def test_reference_is_up_to_date() -> None:
    """Write it anew with `.venv/bin/python scripts/reference.py`."""
    assert page(REFERENCE) == script("reference").text()


def test_reference_advises_on_no_code_that_is_gone() -> None:
    assert set(script("reference").ADVICE) <= set(CODES)


def test_reference_names_every_command_and_option() -> None:
    told = page(REFERENCE)
    for context in commands():
        assert f"\n### {context.command_path}\n" in told
        for given in context.command.params:
            assert not isinstance(given, click.Option) or f"`{given.opts[0]}`" in told


def commands() -> Iterator[click.Context]:
    """Every command and command within a command."""
    outer = click.Context(cli.cli, info_name="leaflets")
    for name in cli.COMMANDS:
        command = cli.cli.get_command(outer, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=outer)
        yield context
        if isinstance(command, click.Group):
            yield from (click.Context(inner, info_name=key, parent=context) for key, inner in command.commands.items())


def test_reference_names_every_code_with_its_severity() -> None:
    for code in CODES.values():
        assert f"\n| {code.id} | {code.severity} | " in page(REFERENCE)


@pytest.mark.parametrize("kind", shapes.SHAPES)
def test_reference_names_every_key(kind: str) -> None:
    chapter = page(REFERENCE).split(f"\n### {kind}\n")[1].split("\n### ")[0]
    schema = shapes.json_schema(kind)
    for shape in (schema, *schema.get("$defs", {}).values()):
        for key in shape.get("properties", {}):
            assert f"\n| `{key}` | " in chapter


def test_authors_and_reference_name_every_word_of_the_markup() -> None:
    for path in (AUTHORS, REFERENCE):
        told = page(path)
        missing = [name for name in PLACEHOLDERS if f"`{{{name} " not in told]
        missing += [name for name in DIRECTIVES if f"`::: {name}" not in told]
        missing += [name for name in (*ALL_FORMS, *KINDS) if f"`{name}`" not in told]
        missing += [kind for kind in BOX_KINDS if f"`{kind}`" not in told and f"box {kind}`" not in told]
        assert missing == [], path.name


def test_authors_names_every_kind_of_file_and_every_key_of_a_fact() -> None:
    told = page(AUTHORS)
    named = {path for kind, path in script("reference").FILES.items() if kind != "editions"}
    assert [path for path in named if path.split(",")[0].removeprefix("the header of ") not in told] == []
    schema = shapes.json_schema("facts")["$defs"]
    assert {key for shape in schema.values() for key in shape.get("properties", {}) if f"`{key}`" not in told} <= {"level"}


def test_standard_names_every_code_that_has_a_rule_of_it() -> None:
    told = page(ROOT / "docs" / "standard.md")
    for code in CODES.values():
        if re.fullmatch(r"[CSRNLATG]\d+", code.rule):
            assert re.search(rf"^\| {code.rule} \|.*\b{code.id}\b", told, re.MULTILINE), code.id


def test_translators_names_every_code_of_a_translation_with_what_it_stops() -> None:
    stops = {Stops.BUILD: "build", Stops.FINAL: "final", Stops.NOTHING: "nothing"}
    for code in CODES.values():
        if re.fullmatch(r"T\d+a?|R8a?|C13", code.id):
            assert re.search(rf"^\| {code.id} \| [^|]+ \| {stops[code.stops]} \| [^|]+ \|$", page(TRANSLATORS), re.MULTILINE), code.id


def test_translators_lists_every_script_as_it_is_printed() -> None:
    told = page(TRANSLATORS)
    for script in fonts.SCRIPTS.values():
        languages = " ".join(language for language, name in fonts.LANGUAGES.items() if name == script.id)
        face = script.faces[0]
        row = f" | {languages} | {script.size:g} | {script.line_height:g} | {face.family} | `{face.package}` |\n"
        found = re.search(r"^\| ([^|]+)" + re.escape(row), told, re.MULTILINE)
        assert found, script.id
        assert found[1].endswith("right to left") == (script.direction == "rtl")
    assert told.count("| `fonts-noto-") == len(fonts.SCRIPTS)


def test_translators_gives_every_formula_and_why_there_is_none() -> None:
    told = page(TRANSLATORS)
    for language, formulas in FORMULAS.items():
        for one in formulas:
            level = f"at {'least' if one.higher_is_easier else 'most'} {one.target:g}"
            assert f"\n| {Voice(language).names[0]} | {one.name} | {level} | {one.source} |\n" in told
    for language, why in NO_FORMULA.items():
        assert f"\n| {Voice(language).names[0]} | {why} |\n" in told


def test_readme_names_every_language_and_their_number_is_told() -> None:
    names = {Voice(language).names[0].partition(" (")[0] for language in pack().languages if language != "en"}
    told = re.search(r"sixteen other languages \(([^)]+)\)", page(ROOT / "README.md"))
    assert told
    assert set(told[1].split(", ")) == names
    assert len(names) == 16


def test_translators_quotes_units_as_catalogs_have_them() -> None:
    """What stands in its PO examples stands so in the German catalog, but for the one that is stale."""
    known = (ROOT / "content" / "translations" / "de.po").read_text(encoding="utf-8")
    blocks = [text for _, text in fences(TRANSLATORS, "po") if "fuzzy" not in text and "# state" not in text]
    assert len(blocks) == 2
    assert [text for text in blocks if text not in known] == []


def test_developers_names_every_room() -> None:
    from test_house import MAY_IMPORT

    told = page(DEVELOPERS)
    assert [room for room in MAY_IMPORT if not re.search(rf"^\| `{room}/?` \|", told, re.MULTILINE)] == ["leaflets", "__main__"]


def test_reference_names_the_fields_of_manifest_and_problems(tmp_path: Path) -> None:
    reference = script("reference")
    (tmp_path / "work").mkdir()
    cli.run(["build", "hsct", "--edition", "page", "--workspace", str(ROOT), "--out", str(tmp_path)])
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == set(reference.MANIFEST)
    assert {key for entry in manifest["leaflets"] for key in entry} == set(reference.ENTRY)
    assert {key for problem in manifest["problems"] for key in problem} <= set(reference.PROBLEM)


# ---------------------------------------------------------------- links


def slugs(path: Path) -> set[str]:
    """The addresses of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", page(path), flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", page(path)))
    targets += re.findall(r'(?:src|href)="([^"]+)"', page(path))
    for target in targets:
        if re.match(r"(https?|mailto):", target):
            continue
        file, _, part = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (part and part not in slugs(there)):
            dead.append(target)
    assert dead == []


# ---------------------------------------------------------------- commands that pages quote

STAND_INS = {"LEAFLET": "hsct", "KIND": "facts", "FACT": "hsct-neda-2y", "P": "after", "PROFILE": "after", "NAME": "a-name", "LANG": "de"}
RUN = frozenset({"list", "explain", "facts", "schema", "new", "completion", "translate"})
"""Commands that are run as they are quoted; the others are only read."""
SLOW = re.compile(r"leaflets translate (?:pseudo|status .*--lang|import)\b")
"""Of those, the ones that go through every leaflet or need a file that an agency sent: they have tests of their own."""
BARE = frozenset({"leaflets new workspace", "leaflets facts where", "leaflets new language", "leaflets translate import"})
"""Names of commands within a command."""


def quoted(path: Path) -> Iterator[str]:
    """Every `leaflets …` command line that a page quotes, without comments, pipes and explanations."""
    lines = [line for _, block in fences(path, "", "sh") for line in block.split("\n")]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", page(path), flags=re.MULTILINE | re.DOTALL))
    for line in lines:
        line = re.split(r"\s{3,}|\s#\s", line.removeprefix("$ ").strip())[0]
        for part in re.split(r"\s(?:&&|\||>)\s", line):
            if re.match(r"(\.venv/bin/)?leaflets\b(?! --C)", part.strip()) and not re.search(r"[\[{…]", part):
                yield part.strip().removeprefix(".venv/bin/")


def arguments(command: str) -> list[str]:
    return [STAND_INS.get(word, word) for word in shlex.split(command)[1:]]


COMMANDS = sorted({(path.name, command) for path in PAGES for command in quoted(path)})


def test_pages_quote_commands() -> None:
    assert len(COMMANDS) > 40
    assert len([command for name, command in COMMANDS if name == TRANSLATORS.name]) > 10


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_quoted_commands_are_read(name: str, command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every option and choice is known, and so is every leaflet and reader named. A command's bare name needs no argument."""
    monkeypatch.chdir(tmp_path)
    given = rest = arguments(command)
    for name in given:
        if name.endswith((".xlf", ".csv", ".xlsx")):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()
    context = click.Context(cli.cli, info_name="leaflets")
    while rest and isinstance(context.command, click.Group) and rest[0] not in ("--help", "--version"):
        found, inner, rest = context.command.resolve_command(context, rest)
        assert inner is not None
        whole = rest and not isinstance(inner, click.Group)
        context = inner.make_context(found, list(rest), parent=context) if whole else click.Context(inner, parent=context)
    for option in {"--profile", "-p"} & set(given):
        assert given[given.index(option) + 1] in {*pack().profiles, "ppms-carer", "a-name"}
    for language in spoken(given):
        assert language in fonts.LANGUAGES
    if given[:1] in (["build"], ["explain"], ["watch"]) and len(given) > 1 and not given[1].startswith("-"):
        assert given[1] in pack().leaflets


def spoken(given: list[str]) -> list[str]:
    """The languages a command names."""
    return [value for option, value in pairwise(given) if option in ("--lang", "-l")]


def runnable() -> list[str]:
    """The commands that do no harm, each once."""
    every = sorted({command for _, command in COMMANDS} - BARE)
    return [command for command in every if len(given := arguments(command)) > 1 and given[0] in RUN and not SLOW.match(command)]


@pytest.mark.parametrize("command", runnable())
def test_harmless_commands_run(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = arguments(command)
    monkeypatch.chdir(tmp_path)
    if given[:2] != ["new", "workspace"]:
        assert cli.run(["new", "workspace", "."]) == 0
    for language in set(spoken(given)) - {*pack().languages}:
        assert cli.run(["new", "language", language]) == 0
    unfinished = given[:2] == ["translate", "status"]  # tells by its status that something is missing or stale
    assert cli.run(given) in ((0, 1) if unfinished else (0,))


# ---------------------------------------------------------------- examples for authors


def yaml_examples(*pages: Path) -> list[tuple[str, int, str]]:
    """Each YAML example of the pages: the file its first line names, its line, its text."""
    found = []
    for path in pages:
        for line, block in fences(path, "yaml"):
            name = re.match(r"# (\S+\.yaml)", block)
            assert name, f"{path.name}:{line}: the first line of a YAML example names its file"
            found.append((name[1], line, block))
    return found


def kind_of(path: str) -> str:
    name = path.split("/")[1].removesuffix(".yaml")
    return "leaflet" if name == "leaflets" else name


@pytest.mark.parametrize(
    ("path", "line", "text"), yaml_examples(AUTHORS, TRANSLATORS), ids=lambda value: value if str(value).endswith(".yaml") else ""
)
def test_yaml_example_has_its_shape(path: str, line: int, text: str) -> None:
    document = load(text, path, line)
    assert document.problems == ()
    assert document.value is not None
    assert validate(document.value, shapes.SHAPES[kind_of(path)]).problems == ()


def test_examples_for_authors_fit_together() -> None:
    """All examples, laid over the shipped pack, are read without an error: the facts, words and sources they name are among them."""
    files = dict(disk.read(ROOT).contents)
    for path, _, text in yaml_examples(AUTHORS):
        if kind_of(path) in ("facts", "sources", "glossary", "profiles"):
            files[f"content/{kind_of(path)}/of-the-page.yaml"] = text.encode()
        elif kind_of(path) == "leaflet":
            files[path] = text.encode()
    sections = [text for _, text in fences(AUTHORS, "markdown")]
    assert len(sections) >= 3
    for number, text in enumerate(sections):
        name = "example-section" if text.startswith("---") else f"example-{number}"
        head = "" if text.startswith("---") else "---\nkind: background\ntitle: An example\n---\n\n"
        files[f"content/sections/{name}.md"] = (head + text).encode()
    mine = {path for path in files if "example" in path or "of-the-page" in path}
    problems = [problem for problem in parse.parse(Files(files)).problems if problem.span.path in mine]
    assert [problem for problem in problems if problem.code not in ("X10", "X11")] == []


# ---------------------------------------------------------------- words

NOT_HERE = re.compile(
    r"/(?:home|root|mnt|work)/|/tmp/(?!large)|\blocalhost\b|\b10\.\d+\.\d+\.\d+\b|https?://[^\s)]*(?:pypi|proxy|mirror)[^\s)]*",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_names_a_place_on_one_machine(path: Path) -> None:
    assert [match[0] for match in NOT_HERE.finditer(page(path))] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_are_not_empty_and_spell_as_the_british_do(path: Path) -> None:
    text = re.sub(r"`[^`]*`", "", page(path))
    assert len(text) > 200
    assert re.findall(r"\b(color|center|organization|behavior|gray|labeled|program[s]?me)s?\b", text) == []


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").iterdir())
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []
    assert [picture.name for picture in pictures if f"docs/pictures/{picture.name}" not in page(ROOT / "README.md")] == []
