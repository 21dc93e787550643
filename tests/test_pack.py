"""The first content pack as it is printed: every leaflet, every profile, every edition it ships."""

import datetime
import itertools
import json
import random
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from leaflets import build, prepare, select, signing, wording
from leaflets.checks import readability
from leaflets.facts import Voice
from leaflets.markup import walk
from leaflets.model import FactTable, IconArrays, Request, When, Workspace
from pypdf import PdfReader

import verapdf

pytestmark = pytest.mark.xdist_group("pack")


def text_of(path: Path, *options: str) -> str:
    """The text of a PDF, by poppler."""
    return subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, text=True, check=True).stdout


def test_the_pack_is_what_was_asked_for(pack: Workspace) -> None:
    """Five leaflets, at least ten profiles, and no problem but that nobody has reviewed it."""
    assert set(pack.leaflets) == {"overview", "hsct", "msc", "nsc", "ipsc"}
    assert len(pack.profiles) >= 10
    used = {trait: {profile.traits[trait] for profile in pack.profiles.values() if trait in profile.traits} for trait in pack.vocabulary}
    assert used["ms_type"] >= {"rrms", "active-rrms", "spms", "ppms"}
    assert used["reader"] == {"carer"}
    assert used["stage"] >= {"deciding", "preparing", "after"}


def test_check_finds_nothing_but_missing_reviews(run, pack: Workspace) -> None:
    """`leaflets check` of the pack: no error; warnings only because no clinician has reviewed and signed it."""
    status, out, _ = run("check", "--workspace", Path(__file__).parent.parent, "--format", "json", "--as-of", "2026-11-23")
    problems = json.loads(out)
    assert status == 0
    assert {problem["code"] for problem in problems if problem["severity"] == "warning"} <= {"G1", "G2", "G5", "G6"}
    assert not [problem for problem in problems if problem["severity"] == "error"]


def test_everything_is_built(built: Path, manifest: dict, pack: Workspace) -> None:
    """In English, all leaflets for all profiles in a4, the default profile in other editions, easy read where there is one; in every
    other language, the default profile in a4. Files and manifest agree.
    """
    rows = manifest["leaflets"]
    by_edition = Counter(row["edition"] for row in rows)
    once = {"large-print": 5, "one-page": 5, "page": 5, "easy-read": 2}
    assert by_edition == {"a4": 5 * len(pack.profiles) + 5 * (len(pack.languages) - 1), **once}
    for row in rows:
        content = (built / row["path"]).read_bytes()
        assert len(content) == row["bytes"] > 10_000
        assert row["state"] == "draft"
        assert row["sections"]
        assert row["facts"]
        assert row["sources"]
    assert not [problem for problem in manifest["problems"] if problem["severity"] == "error"]
    assert (built / "index.html").read_text().count("<a href=") == len(rows)


def test_verapdf_finds_nothing(built: Path, manifest: dict, pack: Workspace) -> None:
    """PDF/UA-1: every PDF in English, and one in each other language, which take the leaflets in turns."""
    turns = dict(zip(pack.languages, itertools.cycle(sorted(pack.leaflets)), strict=False))
    rows = [row for row in manifest["leaflets"] if row["path"].endswith(".pdf")]
    chosen = [row for row in rows if row["language"] == "en" or turns[row["language"]] == row["leaflet"]]
    assert {row["language"] for row in chosen} == set(pack.languages)
    paths = [built / row["path"] for row in chosen]
    failures = verapdf.failures(paths)
    assert len(failures) == len(paths) >= 65 + len(pack.languages) - 1
    assert {path.name: found for path, found in failures.items() if found} == {}


def test_no_two_profiles_get_the_same_leaflet(built: Path, manifest: dict) -> None:
    """The text differs between profiles, page furniture and the line naming the reader left out."""
    for leaflet in ("overview", "hsct", "msc", "nsc", "ipsc"):
        rows = [row for row in manifest["leaflets"] if row["leaflet"] == leaflet and row["edition"] == "a4"]
        bodies = {}
        for row in rows:
            body = "\n".join(line for line in text_of(built / row["path"]).splitlines() if row["fingerprint"] not in line)
            body = re.sub(r"Made for:.*?(?=DRAFT)", "", body, flags=re.DOTALL)
            bodies.setdefault(body, []).append(row["profile"])
        assert [same for same in bodies.values() if len(same) > 1] == [], leaflet


@pytest.mark.parametrize("edition", ["a4", "one-page", "easy-read", "large-print"])
def test_pdf_says_what_it_is(built: Path, manifest: dict, edition: str) -> None:
    """Title, language, bookmarks, metadata, fonts, furniture: what a reader's program and the clinic's staff rely on."""
    rows = [row for row in manifest["leaflets"] if row["edition"] == edition]
    for row in rows:
        pages = text_of(built / row["path"]).split("\f")[:-1]
        assert len(pages) == row["pages"]
        for number, text in enumerate(pages, 1):
            assert "DRAFT, NOT REVIEWED" in text
            counted = f"{number} / {row['pages']}" if edition == "large-print" else f"Page {number} of {row['pages']}"
            assert row["language"] != "en" or counted in text
            assert row["fingerprint"] in text
            assert Voice(row["language"]).names[0] in text
    for row in rows[::5]:
        reader = PdfReader(built / row["path"])
        assert reader.trailer["/Root"]["/Lang"] == row["language"]
        assert reader.metadata["/Title"] == row["title"]
        for key in ("leaflet", "profile", "language", "edition", "version", "fingerprint"):
            assert reader.metadata[f"/{key}"] == row[key]
        assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
        assert len(reader.outline) >= 1


def test_only_noto_is_embedded(built: Path, manifest: dict) -> None:
    """Every font of every PDF is a subset of the edition's own, embedded."""
    for row in [row for row in manifest["leaflets"] if row["edition"] != "page"][::4]:
        reader = PdfReader(built / row["path"])
        for page in reader.pages[:2]:
            for font in page["/Resources"]["/Font"].values():
                descendant = font["/DescendantFonts"][0]
                assert "Noto-Sans" in descendant["/BaseFont"] or "Leaflet" in descendant["/BaseFont"], descendant["/BaseFont"]
                assert "/FontFile2" in descendant["/FontDescriptor"] or "/FontFile3" in descendant["/FontDescriptor"]


def test_page_furniture_is_not_read_out(built: Path) -> None:
    """Header and footer are artifacts, and every number of the parent tree that is left leads into the tag tree."""
    reader = PdfReader(next(built.glob("en/hsct--*--a4.pdf")))
    for page in reader.pages:
        data = page.get_contents().get_data()
        assert len(re.findall(rb"/Artifact\s*<<\s*/Type\s*/Pagination\s*>>\s*BDC", data)) >= 4
    said = _tagged_text(reader)
    assert "No health professional has checked this text yet." in said
    assert not re.search(r"Page \d+ of", said)


def _tagged_text(reader: PdfReader) -> str:
    """The text that hangs in the tag tree, as a screen reader gets it: marked content with an MCID."""
    out = []
    for page in reader.pages:
        inside: list[bool] = []

        def before(operator, operands, *_, inside=inside) -> None:
            if operator in (b"BDC", b"BMC"):
                inside.append(len(operands) > 1 and "/MCID" in operands[1])
            elif operator == b"EMC":
                inside.pop()

        def visit(text, *_, inside=inside) -> None:
            if inside and inside[-1]:
                out.append(text)

        page.extract_text(visitor_operand_before=before, visitor_text=visit)
    return " ".join("".join(out).split())


def test_table_headers_have_a_scope(built: Path) -> None:
    """Header cells say whether they head a row or a column (ISO 14289-1, 7.5)."""
    reader = PdfReader(next(built.glob("en/hsct--*--a4.pdf")))
    scopes = Counter(cell["/A"].get("/Scope") for cell in _elements(reader.trailer["/Root"]["/StructTreeRoot"]) if cell["/S"] == "/TH")
    assert set(scopes) == {"/Row", "/Column"}
    assert scopes["/Row"] > 5


def _elements(node):
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def test_reading_grade_of_the_printed_text(built: Path, manifest: dict) -> None:
    """R1 again, on what came out of the printer's file: the prose of each PDF, without tables, contents and sources."""
    for row in (row for row in manifest["leaflets"] if row["edition"] == "a4" and row["language"] == "en"):
        text = text_of(built / row["path"])  # cell after cell: options stand beside one another
        body = text.split("About this leaflet", 1)[1].split("\nSources\n")[0]  # what stands behind the list of contents
        lines = [line.strip() for line in body.splitlines()]
        kept = [line for line in lines if line and "...." not in line and ". . ." not in line and row["fingerprint"] not in line]
        kept = [re.sub(r"\[[\d,\s\xa0]+\]", "", line) for line in kept if not re.match(r"(Page \d|DRAFT|Sources:)", line)]
        prose = re.split(r"(?<=[.!?])\s+|\s*•\s*", " ".join(kept))
        measures = readability.measure(prose)
        assert measures.words > 1000
        assert measures.grade <= 8, (row["path"], measures.grade)


def test_second_build_renders_nothing(built: Path, manifest: dict, run) -> None:
    """An unchanged workspace: nothing is made, no byte is touched."""
    before = {path: path.stat().st_mtime_ns for path in built.glob("en/*")}
    status, out, _ = run("build", "--workspace", Path(__file__).parent.parent, "--out", built, "--as-of", "2026-11-23")
    assert status == 0
    assert out.startswith(f"nothing to make, {len(manifest['leaflets'])} current")
    assert {path: path.stat().st_mtime_ns for path in built.glob("en/*")} == before


def test_same_bytes_elsewhere(built: Path, tmp_path: Path, run) -> None:
    """The same leaflet, built in another folder by one process, on another day: the same bytes."""
    status, _, _ = run("build", "hsct", "-w", Path(__file__).parent.parent, "--out", tmp_path, "--jobs", "1", "--as-of", "2026-12-24")
    assert status == 0
    (made,) = tmp_path.glob("en/*.pdf")
    assert made.read_bytes() == (built / "en" / made.name).read_bytes()


def test_large_print_is_reflowed(built: Path, manifest: dict) -> None:
    """Large print has larger letters and more pages than a4, on the same paper, with the same words."""
    rows = {(row["leaflet"], row["edition"]): row for row in manifest["leaflets"] if row["edition"] == "large-print"}
    for (leaflet, _), row in rows.items():
        normal = next(r for r in manifest["leaflets"] if r["edition"] == "a4" and (r["leaflet"], r["profile"]) == (leaflet, row["profile"]))
        assert row["pages"] > normal["pages"]
        large, small = PdfReader(built / row["path"]), PdfReader(built / normal["path"])
        assert large.pages[0].mediabox == small.pages[0].mediabox
        assert _smallest(large) >= 16
        assert _smallest(small) >= 11


def _smallest(reader: PdfReader) -> float:
    sizes: list[float] = []

    def visit(text, cm, tm, font, size) -> None:
        if text.strip():
            sizes.append(round(abs(size * tm[3] * cm[3]), 1))

    for page in (*reader.pages[:6], reader.pages[-1]):
        page.extract_text(visitor_text=visit)
    return min(sizes)


def switches(workspace: Workspace) -> dict[str, list[tuple[str, str]]]:
    """For each trait, the sections and blocks whose condition names it: (section, block), block "" for the section."""
    found: dict[str, list[tuple[str, str]]] = {trait: [] for trait in workspace.vocabulary}
    for section in workspace.sections.values():
        own = [("", section.applies)] if section.applies else []
        for block, condition in (*own, *((b.id, b.condition) for b in walk(section.blocks) if isinstance(b, When))):
            for trait in {test.trait for test in condition.tests} & set(found):
                found[trait].append((section.id, block))
    return found


def test_every_trait_switches_something(pack: Workspace) -> None:
    """For each trait of the vocabulary: which sections and blocks name it. None is there for decoration."""
    switched = switches(pack)
    assert {trait for trait, blocks in switched.items() if not blocks} == set()
    for trait, blocks in switched.items():
        sections = {section for section, _ in blocks}
        assert sections <= set(pack.sections), trait


def test_each_value_changes_what_its_blocks_say(pack: Workspace) -> None:
    """Going from the default to any other value of a trait that a leaflet names changes its text; a trait it does not name, no letter."""
    switched = switches(pack)
    for name, recipe in pack.leaflets.items():
        mine = {section.id for section in signing.sections_of(pack, recipe)}
        base = _printed(pack, Request(name, recipe.default_profile, "en", "a4"))
        reader = base.leaflet.reader
        for trait in pack.vocabulary.values():
            named = any(section in mine for section, _ in switched[trait.id])
            texts = {
                value: _printed(pack, Request(name, recipe.default_profile, "en", "a4", ((trait.id, value),))).sections
                for value in trait.values
            }
            if named:
                assert len(set(map(str, texts.values()))) > 1, (name, trait.id)
            elif not trait.countries:
                assert set(map(str, texts.values())) == {str(base.sections)}, (name, trait.id, reader)


def _printed(pack: Workspace, request: Request):
    leaflet = select.select(pack, request).value
    return wording.word(pack, leaflet, Voice("en", leaflet.country)).value


def test_a_trait_nobody_asks_about_changes_no_byte(pack: Workspace, built: Path, tmp_path: Path, run) -> None:
    """A new trait in the vocabulary that no condition names: the PDF is the same, byte for byte."""
    root = Path(__file__).parent.parent
    shutil.copytree(root / "content", tmp_path / "content")
    vocabulary = tmp_path / "content/vocabulary.yaml"
    extra = "  shoe_size:\n    title: Size of shoes\n    default: small\n    values: {small: {title: Small}, large: {title: Large}}\n"
    vocabulary.write_text(vocabulary.read_text().rstrip("\n") + "\n" + extra)
    status, _, _ = run("build", "msc", "-w", tmp_path, "--out", tmp_path / "out", "--jobs", "1")
    assert status == 0
    (made,) = tmp_path.glob("out/en/*.pdf")
    assert made.read_bytes() == (built / "en" / made.name).read_bytes()


def test_must_show_is_proven_for_all_readers(pack: Workspace) -> None:
    """Each leaflet names what no reader may lose, harms and urgent help among it; the proof holds, and fails where it should."""
    from dataclasses import replace

    for recipe in pack.leaflets.values():
        shown = {(thing.what, thing.id) for thing in recipe.must_show}
        assert {
            ("kind", kind) for kind in ("main-message", "harms", "benefits", "options", "unknowns", "urgent-help", "questions")
        } <= shown
        assert select.prove(pack, recipe) == []
    hsct = pack.leaflets["hsct"]
    hidden = next(name for name in hsct.sections if pack.sections[name].kind == "harms")
    from leaflets.parse import conditions
    from leaflets.problems import Span

    condition = conditions.parse("ms_type!=ppms or stage!=after", Span("x", 1, 1)).value
    broken = replace(pack, sections=dict(pack.sections) | {hidden: replace(pack.sections[hidden], applies=condition)})
    told = [problem.message for problem in select.prove(broken, hsct)]
    assert any("ms_type=ppms and stage=after loses kind `harms`" in message for message in told), told


def test_facts_in_figures_are_the_facts(pack: Workspace) -> None:
    """Every icon array and fact box of every leaflet shows the record's own numbers, both sides adding up."""
    for name, recipe in pack.leaflets.items():
        printed = _printed(pack, Request(name, recipe.default_profile, "en", "a4"))
        for section in printed.sections:
            for block in walk(section.blocks):
                if isinstance(block, IconArrays):
                    for array in block.arrays:
                        fact = pack.facts[array.fact]
                        assert (array.marked, array.total) == (fact.numerator, fact.denominator)
                elif isinstance(block, FactTable):
                    assert len(block.rows) % 2 == 0


def test_codes_of_the_types_of_ms(pack: Workspace) -> None:
    """The codes a record system asks with, pinned as the clinical brief gives them."""
    values = pack.vocabulary["ms_type"].values
    assert {name: value.codes.get("snomed") for name, value in values.items() if name != "active-rrms"} == {
        "unknown": ("24700007",),
        "rrms": ("426373005",),
        "spms": ("425500002",),
        "ppms": ("428700003",),
    }
    assert set(values["rrms"].codes["icd10cm"]) == {"G35.A"}
    assert set(values["ppms"].codes["icd10cm"]) == {"G35.B0", "G35.B1", "G35.B2"}
    assert set(values["spms"].codes["icd10cm"]) == {"G35.C0", "G35.C1", "G35.C2"}
    assert set(values["unknown"].codes["icd10cm"]) == {"G35", "G35.D"}
    assert values["spms"].codes["icd11"] == ("8A40.2",)


def test_no_line_ends_after_its_first_word(built: Path) -> None:
    """WeasyPrint 70 breaks a line after one word before some inline boxes; compose keeps the spaces inside them."""
    for path in built.glob("en/hsct--*.pdf"):
        lines = text_of(path, "-layout").splitlines()
        lonely = [
            (line, after)
            for line, after in itertools.pairwise(lines)
            if re.fullmatch(r" {0,4}[A-Z][a-z]{1,9}", line) and re.match(r" {0,4}[a-z]", after)
        ]
        assert lonely == [], path.name


def test_requests_do_not_depend_on_their_order(pack: Workspace) -> None:
    """The same fingerprints whichever leaflet is prepared first."""
    asked = build.requests(pack, build.Wanted(("msc", "nsc"), ("spms-first", "after")))
    tools = prepare.tools()
    prints = []
    for order in (asked, asked[::-1]):
        preparer = prepare.Preparer(pack, tools, datetime.date(2026, 11, 23))
        prints.append({request: preparer.prepare(request).edition.fingerprint for request in order})
    assert prints[0] == prints[1]
    assert len(set(prints[0].values())) == len(asked)


def test_any_reader_gets_a_leaflet_without_fault(pack: Workspace) -> None:
    """Not only the fifteen profiles: readers drawn from everything the vocabulary can express, in every country, meet no error."""
    draw = random.Random(20261123)  # the same readers each time
    preparer = prepare.Preparer(pack, prepare.tools(), datetime.date(2026, 11, 23))
    for name in pack.leaflets:
        for place in pack.vocabulary["place"].values:
            for _ in range(6):
                traits = {trait.id: draw.choice(list(trait.values)) for trait in pack.vocabulary.values()} | {"place": place}
                request = Request(name, "newly-curious", "en", "a4", tuple(traits.items()))
                errors = [problem for problem in preparer.printed(request).problems if problem.severity == "error"]
                assert errors == [], (name, traits)
