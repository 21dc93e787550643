"""The bench itself: its command line, its report, and the texts it gives to the peers. What is measured is `make bench`'s own affair."""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from leaflets import prepare
from leaflets.model import Request, Workspace

from conftest import AS_OF, ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import bench
from benchmarks import batch, common, material, plan, recipients, typst_text

PAGE = """<html lang="{lang}" dir="ltr"><head><title>A "title"</title></head><body><div class="page-foot"><div>Foot</div></div>
<main><h1>One &amp; two</h1><p>Plain <strong>bold "quoted"</strong>, #hash, $5 and \\ here<br>next.</p>
<ul><li>first</li><li><p>second</p><p>more</p></li></ul>
<div class="table"><table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><th>1</th><td>2</td></tr></tbody></table></div>
<svg xmlns="http://www.w3.org/2000/svg"><title>A drawing</title><path d="M0 0"/></svg></main></body></html>"""


def run_of(tmp_path: Path, **given: object) -> common.Run:
    return common.Run(folder=tmp_path, **given)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--only", "nothing"], "invalid choice: 'nothing'"),
        (["--quick", "--whole"], "not allowed with argument"),
        (["--rounds", "many"], "invalid int value"),
        (["--json", "/no-such-folder/figures.json"], "there is no folder /no-such-folder"),
        (["--docs", "--quick"], "--docs needs a run of all parts"),
        (["--docs", "--only", "cold"], "--docs needs a run of all parts"),
        (["--rest"], "unrecognized arguments: --rest"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_measured(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        bench.main(words)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(("got", "status"), [(1.0, 0), (1.5, 0), (2.0, 1)])
def test_the_status_and_the_report_say_which_targets_were_missed(
    got: float, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def part(run: common.Run, _: batch.Cold) -> dict[str, float]:
        run.target("warm", "a ratio", got, 1.5)
        run.target("warm", "a rate", 7, 6, least=True, unit=" /s")
        run.skip("warm", "a peer that is not here")
        return {"ratio": got}

    monkeypatch.setitem(bench.PARTS, "warm", ("", part))
    file = tmp_path / "figures.json"
    assert bench.main(["--only", "warm", "--quick", "--json", str(file)]) == status
    report = json.loads(file.read_text())
    assert {"machine", "versions", "quick", "whole", "warm", "targets", "skipped"} == set(report)
    assert report["quick"] is True
    assert report["warm"] == {"ratio": got}
    assert [one["met"] for one in report["targets"]] == [status == 0, True]
    assert report["skipped"] == [{"part": "warm", "why": "a peer that is not here"}]
    assert ("MISSED" in capsys.readouterr().out) == bool(status)


def test_the_batch_has_200_leaflets_in_a_language_of_each_script(pack: Workspace, tmp_path: Path) -> None:
    whole = material.Batch(run_of(tmp_path))
    assert len(set(whole.requests)) == 200
    assert len(whole.languages) == len({material.fonts.LANGUAGES[one] for one in whole.languages}) == 8
    short = material.Batch(run_of(tmp_path, quick=True))
    assert len(set(short.requests)) == 16
    assert short.languages == whole.languages
    assert whole.words[:5] == list(pack.leaflets)


def test_a_leaflet_for_typst_holds_every_word_of_ours(pack: Workspace, tmp_path: Path) -> None:
    """Word by word: a table, list or box that the converter passes over would make Typst look fast."""
    preparer = prepare.Preparer(pack, prepare.tools(["en"]), AS_OF)
    edition = preparer.prepare(Request("hsct", pack.leaflets["hsct"].default_profile, "en", "a4")).edition
    assert edition is not None
    said = " ".join(json.loads(text) for text in _strings(typst_text.from_html(edition.html, ["Noto Sans"], 13)))
    missing = [word for word in _Words(edition.html).found if word not in said]
    assert missing == []


class _Words(HTMLParser):
    """The words of a page's main part, without its list of contents and its drawings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.within: list[str] = []
        self.found: list[str] = []
        self.feed(html[html.index("<main>") : html.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in typst_text.VOID | {"path", "rect"}:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in typst_text.VOID | {"path", "rect"}:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not {"nav", "svg"} & set(self.within):
            self.found += data.split()


def _strings(text: str) -> list[str]:
    return [match[0].replace("\\u{", "\\u").replace("}", "") if "\\u{" in match[0] else match[0] for match in _STRING.finditer(text)]


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def test_a_text_for_typst_keeps_what_would_be_a_command_as_words() -> None:
    text = typst_text.from_html(PAGE.format(lang="pt-BR"), ["Noto Sans"], 12)
    assert '#set document(title: "A \\"title\\"")' in text
    assert 'lang: "pt"' in text
    assert 'heading(level: 1, [#"One & two"])' in text
    assert 'strong([#"bold \\"quoted\\""])' in text
    assert '[#", #hash, $5 and \\\\ here"] + linebreak() + [#"next."]' in text
    assert 'table.header(strong([#"A"]), strong([#"B"]))' in text
    assert 'alt: "A drawing"' in text
    assert "list(" in text


def test_a_table_of_recipients_has_a_name_of_each_script_and_each_leaflet_as_often(pack: Workspace, tmp_path: Path) -> None:
    run = run_of(tmp_path)
    wanted = recipients.distinct(run, material.Batch(run), 50)
    assert len(set(wanted)) == 50
    assert {material.fonts.LANGUAGES[one.language] for one in wanted} == set(recipients.SCRIPTS)
    sheet = tmp_path / "table.csv"
    recipients.write_table(sheet, wanted, 500)
    rows = [line.split(",") for line in sheet.read_text(encoding="utf-8").splitlines()[1:]]
    assert len(rows) == 500
    assert {tuple(row[:3]) for row in rows} == {(one.leaflet, one.profile, one.language) for one in wanted}
    assert any("\u0600" <= row[4][0] <= "\u06ff" for row in rows)
    assert any("\u4e00" <= row[4][0] <= "\u9fff" for row in rows)


MEASURED = {
    "machine": {"cores": 2, "system": "Linux", "architecture": "x86_64", "python": "3.11"},
    "cold": {"leaflets": 200, "pages": 4_000, "bytes": 40_000_000, "processor": 400.0},
    "again": {"planned": {"leaflets": 1_000, "first": 100.0, "again": 0.5, "dry": 5.0}, "fact": {"fact": "ages", "rendered": 10}},
    "recipients": {"letters": 10_000, "bytes": 10**9, "each": 0.0025},
    "memory": {"peak": 300 * 2**20},
}
"""A report with round figures."""


def test_figures_go_into_the_page_between_the_marks_and_are_reckoned_from_the_run(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{plan.BEGIN}\nold figures\n{plan.END}\nafter\n")
    plan.write(MEASURED, page)
    text = page.read_text()
    assert text.startswith(f"before\n{plan.BEGIN}\n")
    assert text.endswith(f"{plan.END}\nafter\n")
    assert "old figures" not in text
    assert "| one leaflet made, planning and checks included | 2 s of one core |" in text
    assert "| distinct leaflets | 300,000 |" in text
    assert "| all of them for the first time | 167 core hours |" in text  # 300,000 x 2 s
    assert "| 20 facts changed in a day | 167 core hours |" in text  # 20 x 5% of all
    assert "| the letters of a night, leaflets rendered | 41.7 core minutes |" in text  # a million x 2.5 ms
    plan.write(MEASURED, page)
    assert page.read_text() == text


@pytest.mark.parametrize(
    ("report", "why"),
    [
        ({**MEASURED, "quick": True}, "a short run"),
        ({name: value for name, value in MEASURED.items() if name != "again"}, "did not measure again"),
        ({**MEASURED, "recipients": {}}, "did not measure recipients"),
    ],
)
def test_a_page_is_not_filled_from_half_a_run(report: dict, why: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{plan.BEGIN}\n{plan.END}\n")
    with pytest.raises(ValueError, match=why):
        plan.write(report, page)


def test_the_page_of_the_docs_has_a_place_for_figures() -> None:
    text = plan.PAGE.read_text(encoding="utf-8")
    assert 0 < text.find(plan.BEGIN) < text.find(plan.END)


def test_a_command_is_timed_with_the_processes_it_leaves_behind() -> None:
    """A pool's workers outlive the command for a moment, and are nobody's children then: their time counts all the same."""
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    quiet = "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL"
    leave = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {burn!r}], {quiet})"
    took = common.took([sys.executable, "-c", leave])
    assert took.processor > (0.5 if sys.platform == "linux" else 0)


def test_a_command_that_fails_ends_the_bench_with_what_it_said() -> None:
    with pytest.raises(SystemExit, match="this failed"):
        common.took([sys.executable, "-c", "import sys; sys.exit('no')"])
