"""The helper that runs veraPDF finds what is wrong, and never passes what it did not check."""

import json
from pathlib import Path
from typing import Any

import pytest
from weasyprint import HTML

import verapdf

PAGE = '<html lang="en"><title>Test</title><body><h1>Heading</h1><p>Text with a <a href="https://example.org">link</a>.</p>'


def write(path: Path, variant: str | None = "pdf/ua-1") -> Path:
    HTML(string=PAGE).write_pdf(path, pdf_variant=variant)
    return path


def test_tells_conforming_from_failing_and_unreadable(tmp_path: Path) -> None:
    folder = tmp_path / "with space é"
    folder.mkdir()
    good = write(folder / "good.pdf")
    untagged = write(folder / "untagged.pdf", None)
    junk = folder / "junk.pdf"
    junk.write_text("not a PDF")

    found = verapdf.failures([good, untagged, junk])

    assert list(found) == [good, untagged, junk]
    assert found[good] == []
    assert any(line.startswith("7.1-3: Content shall be marked as Artifact") for line in found[untagged])
    assert any(line.startswith("7.1-8: ") and line.endswith("(once)") for line in found[untagged])
    assert len(found[junk]) == 1
    assert found[junk][0].startswith("not checked: ")


def test_other_flavour(tmp_path: Path) -> None:
    path = write(tmp_path / "ua.pdf")
    assert verapdf.failures([path], flavour="2a")[path] != []


def test_missing_file_raises(tmp_path: Path) -> None:
    good = write(tmp_path / "good.pdf")
    with pytest.raises(verapdf.VeraPdfError, match=r"did not report on .*missing\.pdf"):
        verapdf.failures([good, tmp_path / "missing.pdf"])


def test_nothing_given_raises() -> None:
    with pytest.raises(verapdf.VeraPdfError, match="no PDF"):
        verapdf.failures([])


def test_unknown_flavour_raises(tmp_path: Path) -> None:
    with pytest.raises(verapdf.VeraPdfError, match="no report"):
        verapdf.failures([write(tmp_path / "good.pdf")], flavour="none-such")


def test_not_installed_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verapdf, "WRAPPER", tmp_path / "none-such")
    with pytest.raises(verapdf.VeraPdfError, match="could not be run"):
        verapdf.failures([tmp_path / "a.pdf"])


COMPLIANT: dict[str, Any] = {
    "details": {"passedRules": 106, "failedRules": 0, "ruleSummaries": []},
    "jobEndStatus": "normal",
    "compliant": True,
}


@pytest.mark.parametrize(
    "job",
    [
        {},
        {"validationResult": []},
        {"validationResult": [{}]},
        {"validationResult": [COMPLIANT | {"compliant": False}]},
        {"validationResult": [COMPLIANT | {"jobEndStatus": "timeout"}]},
        {"validationResult": [COMPLIANT | {"details": {"passedRules": 0, "ruleSummaries": []}}]},
        {"validationResult": [COMPLIANT], "taskException": {"type": "PARSE"}},
    ],
    ids=lambda job: json.dumps(job)[:60],
)
def test_doubtful_report_is_a_failure(job: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    report = {"report": {"jobs": [{"itemDetails": {"name": str(path)}, **job}]}}
    monkeypatch.setattr(verapdf, "_run", lambda files, flavour: report)
    assert verapdf.failures([path])[path] != []
