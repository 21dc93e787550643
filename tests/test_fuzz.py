"""No file, however damaged, ends in anything but problems with a place, or in a leaflet.

Each mutant of the small workspace goes the whole chain up to its editions; a sample is rendered. LEAFLETS_FUZZ says how many mutants
(10000 before a release); LEAFLETS_FUZZ_SEED where to begin.
"""

import datetime
import itertools
import os
import random
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from leaflets import build, checks, disk, markup, parse, prepare, select
from leaflets.codes import CODES, Severity
from leaflets.compose import Composer
from leaflets.model import Files, Heading, Workspace
from leaflets.parse import conditions
from leaflets.parse.decode import decode
from leaflets.parse.yaml import load
from leaflets.problems import Problem, Span

import knee

MUTANTS = int(os.environ.get("LEAFLETS_FUZZ", "400"))
SEED = int(os.environ.get("LEAFLETS_FUZZ_SEED", "0"))
EIGHTH = MUTANTS // 8
AS_OF = datetime.date(2026, 11, 23)
BASE = disk.read(knee.KNEE)
TEMPLATES = Composer(parse.parse(BASE).value)
OWN = tuple(path for path in BASE.contents if path.startswith("content/"))
ODD = [
    "\x00",
    "\u200b",
    "\u202e",
    "\ufeff",
    "́",
    "🧠",
    "膝",
    "ß",
    "İ",
    "ﬁ",
    "\u2028",
    "\x1b",
    "\x85",
    "\\",
    '"',
    "'",
    "`",
    "|",
    "&",
    "<",
    ">",
    "#",
    "%",
    "@",
    "!",
    "*",
    "?",
    "~",
    "^",
    "$",
    "1e999",
    "²",
]
PIECES = [
    "{",
    "}",
    ":",
    ": ",
    ":::",
    "::: when ",
    "::: box key\n",
    "::: certainty low\n",
    "::: timeline\n",
    "::: compare\n",
    "::: drawings\n",
    "::: scale\n",
    "---\n",
    "- ",
    "  ",
    "\t",
    "# ",
    "**",
    "*",
    "`",
    "```\n",
    "[",
    "](",
    ")",
    "|",
    "\n\n",
]
PIECES += [
    "{fact less-pain both}",
    "{term joint}",
    "{clinic fax}",
    "![a](b.svg)",
    "&x ",
    "*x",
    "!!int ",
    "? ",
    "null",
    "~",
    "-1",
    "0",
    "no",
    "[]",
    "{}",
    ">",
    "&amp;",
]
RANDOM_YAML = [
    "a: [b, {c: d}]",
    "- 1",
    "x: &a {y: *a}",
    "facts: {}",
    "facts: []",
    "terms:",
    "traits: {a: 1}",
    "kind: proportion",
    "? [a]\n: b",
    "9: 9",
    "'': ''",
]


# ---------------------------------------------------------------- mutants


def flip(rng: random.Random, content: bytes) -> bytes:
    if not content:
        return b"\xff"
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


def cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def insert(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(ODD + PIECES).encode() * rng.choice([1, 1, 1, 2, 30]) + content[at:]


def _lines(change: Callable[[random.Random, list[bytes]], None]) -> Callable[[random.Random, bytes], bytes]:
    def mutate(rng: random.Random, content: bytes) -> bytes:
        lines = content.split(b"\n")
        change(rng, lines)
        return b"\n".join(lines)

    return mutate


def _drop(rng: random.Random, lines: list[bytes]) -> None:
    del lines[rng.randrange(len(lines))]


def _double(rng: random.Random, lines: list[bytes]) -> None:
    at = rng.randrange(len(lines))
    lines[at:at] = [lines[at]] * rng.choice([1, 1, 5])


def _swap(rng: random.Random, lines: list[bytes]) -> None:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(rng: random.Random, lines: list[bytes]) -> None:
    at = rng.randrange(len(lines))
    lines[at] = rng.choice([b" ", b"    ", b"\t", b"- ", b"> "]) + lines[at]


def _key(rng: random.Random, lines: list[bytes]) -> None:
    at = rng.randrange(len(lines))
    key, sign, rest = lines[at].partition(b":")
    lines[at] = key[:-1] + rng.choice([b"", b"x", b"_", b"-", b" "]) + sign + rest


def _value(rng: random.Random, lines: list[bytes]) -> None:
    at = rng.randrange(len(lines))
    key, sign, _ = lines[at].partition(b":")
    other = rng.choice(lines).partition(b":")[2]
    lines[at] = key + sign + rng.choice([other, b" " + rng.choice(ODD + PIECES + RANDOM_YAML).encode()])


def _yaml(rng: random.Random, lines: list[bytes]) -> None:
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(RANDOM_YAML).encode())


def word(rng: random.Random, content: bytes) -> bytes:
    """Put a word of one file in the place of a word of another: names that exist, where they do not belong."""
    words = content.split(b" ")
    others = BASE.contents[rng.choice(OWN)].split()
    words[rng.randrange(len(words))] = rng.choice(others) if others else b""
    return b" ".join(words)


WAYS = (flip, cut, insert, insert, word, word, *map(_lines, (_drop, _drop, _double, _swap, _indent, _key, _value, _value, _yaml)))


def mutant(number: int) -> Files:
    """Return the files of one mutant, always the same for a number."""
    rng = random.Random(number)
    contents = dict(BASE.contents)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        path = rng.choice(OWN)
        if path not in contents:
            continue
        way = rng.random()
        if way < 0.04:
            contents[rng.choice(OWN)] = contents.pop(path)
        elif way < 0.08:
            contents[rng.choice(["content/", "content/sections/", "content/facts/"]) + rng.choice(ODD) + path.rsplit("/", 1)[-1]] = (
                contents.pop(path)
            )
        elif way < 0.10:
            del contents[path]
        else:
            contents[path] = rng.choice(WAYS)(rng, contents[path])
    return Files(contents, BASE.builtin - frozenset(OWN))


# ---------------------------------------------------------------- what has to hold


@pytest.fixture(scope="module")
def tools() -> prepare.Tools:
    return prepare.tools()


def lines_of(files: Files, path: str) -> int:
    content = files.contents.get(path, b"")
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1


def look_at(problem: Problem, files: Files) -> None:
    """A problem can be told: its code is known, its words are there, its place is within its file."""
    assert problem.code in CODES
    assert problem.message
    assert "\n" not in problem.message + problem.hint + problem.span.path
    assert problem.span.path, problem
    assert problem.span.line >= 0 <= problem.span.column
    if problem.span.line and problem.span.path in files.contents:
        assert problem.span.line <= lines_of(files, problem.span.path), problem
    assert problem.as_dict()["message"]


def prepared(number: int, files: Files, tools: prepare.Tools) -> Iterator[tuple[prepare.Prepared, list[Problem]]]:
    """Go the chain as `leaflets build --all` does; yield each request that no problem of the workspace stops."""
    checked = parse.parse(files)
    workspace = checked.value
    problems = [*checked.problems, *checks.check_workspace(workspace)]
    preparer = prepare.Preparer(workspace, tools, AS_OF)
    preparer.composer.env = TEMPLATES.env  # no mutant touches a template, so they are compiled once
    problems += [problem for name in workspace.leaflets for problem in preparer.recipe_problems(name)]
    for problem in problems:
        look_at(problem, files)
    stopped = build.blocked(workspace, problems)
    wanted = [one for n, one in enumerate(build.requests(workspace, build.Wanted())) if n % 2 == number % 2]  # pages and paper by turns
    for request in sorted(wanted if workspace.editions else ()):
        if request.leaflet not in stopped:
            yield preparer.prepare(request), problems


def walk_through(number: int, tools: prepare.Tools) -> list[prepare.Prepared]:
    files = mutant(number)
    made = []
    for one, _ in prepared(number, files, tools):
        for problem in one.problems:
            look_at(problem, files)
        if one.edition is None:
            assert any(problem.severity is Severity.ERROR for problem in one.problems), one.request
        else:
            assert one.edition.fingerprint in one.edition.html
            made.append(one)
    return made


@pytest.mark.parametrize("part", range(8))
def test_mutants_end_in_problems_or_leaflets(part: int, tools: prepare.Tools) -> None:
    made = 0
    for number in range(SEED + part * EIGHTH, SEED + (part + 1) * EIGHTH):
        try:
            made += len(walk_through(number, tools))
        except Exception as error:
            raise AssertionError(f"mutant {number}: {type(error).__name__}: {error}") from error
    assert made > EIGHTH  # most mutants are readable in part: the test is about them, too


def test_mutants_that_come_out_are_rendered_or_told(tools: prepare.Tools) -> None:
    with build.executor(tools, 1) as where:
        rendered, number = 0, SEED
        while rendered < max(MUTANTS // 40, 8):
            number += 1
            made = [one for one in walk_through(number, tools) if one.edition and one.edition.format == "pdf"]
            for one in made[:1]:
                result = where.submit(build.render_edition, one.edition).result()
                assert bool(result.problems) is not result.content.startswith(b"%PDF-"), number
                assert all(problem.code in CODES for problem in result.problems)
                rendered += 1


# ---------------------------------------------------------------- the readers of texts, by Hypothesis

AWKWARD = st.text(st.sampled_from("{}:|*_[]()!<>&#-`\\ \n\tab1.~'\"é"), max_size=120)
TEXTS = st.one_of(
    AWKWARD, st.text(st.characters(exclude_categories=("Cs",)), max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
)


@given(TEXTS)
@settings(max_examples=500)
@example("{\n" * 2000)
@example("word {fact a} " * 2000)
@example("a\n" * 5000)
@example("::: box key\n" * 2000)
@example("[" * 5000)
@example("- " * 2000)
def test_markup_never_raises(text: str) -> None:
    parsed = markup.parse(text, "s.md", 5, "s", conditions.parse)
    for problem in parsed.problems:
        assert problem.code in CODES
        assert 5 <= problem.span.line <= 5 + text.count("\n") + 1
        assert problem.span.column >= 1
    ids = [block.id for block in markup.walk(parsed.value)]
    assert len(set(ids)) == len(ids)


@given(
    st.lists(
        st.sampled_from(
            [
                "alpha",
                "beta.",
                "**gamma**",
                "\n::: box note\n",
                "\n::: certainty low\n",
                "\n::: timeline\n1. **a** ",
                "\n::: drawings\n1. ![a](b.svg) ",
                "\n::: scale\n- ",
                "\n::: compare\n## a\n- **q** alpha\n\n## b\n- **q** ",
                "\n:::\n",
                "- ::: box key\n  alpha\n",
                "\n\n",
                "\n",
                "- ",
                "## ",
                "| a | b |",
                "> ",
            ]
        ),
        max_size=20,
    ).map(" ".join)
)
@example("- ::: box key\n  alpha\n\nalpha\n\n:::\n")
@example("| a | b |\n|---|---|\n| c | d | alpha |")
@example("[alpha]: beta.\n\ngamma")
def test_markup_loses_no_word(text: str) -> None:
    parsed = markup.parse(text, "s.md", 1, "s", conditions.parse)
    if not parsed.problems:
        kept = " ".join(markup.text_of(inlines) for block in markup.walk(parsed.value) for inlines in markup.inlines_of(block))
        for word in ("alpha", "beta.", "gamma"):
            assert kept.count(word) == text.count(word)


@given(TEXTS)
@settings(max_examples=500)
def test_conditions_never_raise(text: str) -> None:
    parsed = conditions.parse(text, Span("s.md", 3, 7))
    assert (parsed.value is None) is bool(parsed.problems)
    for problem in parsed.problems:
        assert problem.code == "V01"
        assert problem.span.column >= 7


@given(TEXTS)
@settings(max_examples=500)
@example("a: " + "[" * 200_000)
@example("- " * 100_000)
@example("? " * 100_000)
@example("{a: " * 100_000)
def test_yaml_never_raises(text: str) -> None:
    parsed = load(text, "f.yaml")
    if parsed.value is None:
        assert parsed.problems
    for problem in parsed.problems:
        assert problem.code in CODES
        assert 1 <= problem.span.line <= len(text.splitlines()) + 1


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_decoding_never_raises(content: bytes) -> None:
    parsed = decode(content, "f.md")
    assert parsed.value is not None or parsed.problems


# ---------------------------------------------------------------- the proof, against trying every reader

TRAITS = {"a": ("one", "two", "three"), "b": ("one", "two"), "c": ("one", "two")}
TESTS = st.builds(
    lambda trait, values, sign: f"{trait}{sign}{'|'.join(sorted(values))}",
    st.sampled_from(list(TRAITS)),
    st.sets(st.sampled_from(["one", "two"]), min_size=1),
    st.sampled_from(["=", "!="]),
)
CONDITIONS = st.lists(st.sampled_from([" and ", " or "]), max_size=2).flatmap(
    lambda joints: st.tuples(*[TESTS] * (len(joints) + 1)).map(
        lambda tests: "".join(part for pair in itertools.zip_longest(tests, joints, fillvalue="") for part in pair)
    )
)


def world(applies: list[str | None], whens: list[str | None]) -> Workspace:
    """Return a workspace whose leaflet must show a kind, from sections under random conditions."""
    text = "".join(
        f"  {t}: {{title: T, default: one, values: {{{', '.join(f'{v}: {{title: V}}' for v in vs)}}}}}\n" for t, vs in TRAITS.items()
    )
    contents = dict(BASE.contents) | {
        "content/vocabulary.yaml": BASE.contents["content/vocabulary.yaml"] + text.encode(),
        "content/profiles.yaml": b"profiles:\n  walker: {title: W}\n",
        "content/leaflets/knee-rest.yaml": BASE.contents["content/leaflets/knee-rest.yaml"].replace(
            b"  - rest-harms\n", b"".join(b"  - h%d\n" % n for n in range(len(applies)))
        ),
    }
    for number, (outer, inner) in enumerate(zip(applies, whens, strict=True)):
        header = f"applies: {outer}\n" if outer else ""
        body = f"::: when {inner}\n## Heading\n\nText.\n:::\n" if inner else "Text.\n"
        contents[f"content/sections/h{number}.md"] = f"---\nkind: harms\ntitle: T\n{header}---\n\n{body}".encode()
    return parse.parse(Files(contents, BASE.builtin)).value


def readers(workspace: Workspace) -> Iterator[Mapping[str, str]]:
    names = list(TRAITS)
    for values in itertools.product(*TRAITS.values()):
        yield MappingProxyType(dict(zip(names, values, strict=True)) | {"leaflet": "knee-rest"})


def shows(workspace: Workspace, reader: Mapping[str, str]) -> bool:
    request = build.Request("knee-rest", "walker", "en", "page", tuple((t, reader[t]) for t in TRAITS))
    leaflet = select.select(workspace, request).value
    return any(s.kind == "harms" and any(not isinstance(block, Heading) for block in s.blocks) for s in leaflet.sections)


@given(st.lists(st.tuples(st.none() | CONDITIONS, st.none() | CONDITIONS), min_size=1, max_size=3))
@settings(max_examples=60)
def test_the_proof_agrees_with_every_reader(pairs: list[tuple[str | None, str | None]]) -> None:
    workspace = world([outer for outer, _ in pairs], [inner for _, inner in pairs])
    losers = [reader for reader in readers(workspace) if not shows(workspace, reader)]
    told = [problem for problem in select.prove(workspace, workspace.leaflets["knee-rest"]) if problem.code == "V05"]
    assert bool(told) is bool(losers)
    if losers:
        fewest = min(sum(reader[trait] != "one" for trait in TRAITS) for reader in losers)
        named = {part.split("=")[0]: part.split("=")[1] for part in told[0].message.split() if "=" in part}
        assert len(named) == fewest
        assert dict.fromkeys(TRAITS, "one") | named in [{trait: reader[trait] for trait in TRAITS} for reader in losers]
