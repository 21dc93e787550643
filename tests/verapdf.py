"""Checks PDFs with veraPDF, which `make test-setup` installs."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

WRAPPER = Path(__file__).resolve().parent.parent / "scripts" / "verapdf"
TIMEOUT = 900  # seconds, for all files together

Job = Mapping[str, Any]


class VeraPdfError(Exception):
    """veraPDF is not installed, or did not report on what it was given."""


def failures(paths: Sequence[Path], flavour: str = "ua1") -> dict[Path, list[str]]:
    """Run veraPDF once on all of `paths`; give for each the rules it breaks, as "clause-test: description (n times)".

    An empty list means that the file was checked and conforms. Whatever stands in the way of a check is either an entry in
    that file's list (it could not be parsed, say) or an exception, and never an empty list.
    """
    if not paths:
        raise VeraPdfError("no PDF was given")
    report = _run(sorted({path.resolve() for path in paths}), flavour)
    try:
        jobs = {Path(job["itemDetails"]["name"]).resolve(): job for job in report["report"]["jobs"]}
    except (KeyError, TypeError) as error:
        raise VeraPdfError(f"veraPDF's report has no list of jobs: {error!r}") from error
    missing = [str(path) for path in paths if path.resolve() not in jobs]
    if missing:
        raise VeraPdfError(f"veraPDF did not report on {', '.join(missing)}")
    return {path: _failed_rules(jobs[path.resolve()]) for path in paths}


def _run(files: Sequence[Path], flavour: str) -> Any:
    command = [str(WRAPPER), "--flavour", flavour, "--maxfailuresdisplayed", "1", *map(str, files)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VeraPdfError(f"veraPDF could not be run: {error}") from error
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        said = done.stderr.decode(errors="replace").strip()
        raise VeraPdfError(f"veraPDF gave no report (exit code {done.returncode}): {said}") from error


def _failed_rules(job: Job) -> list[str]:
    if "taskException" in job:
        return [f"not checked: {job['taskException'].get('exceptionMessage', 'for an unknown reason')}"]
    results = job.get("validationResult") or []
    if not results:
        return ["not checked: veraPDF reported no result"]
    return [line for result in results for line in _result_lines(result)]


def _result_lines(result: Job) -> list[str]:
    details = result.get("details") or {}
    lines = [
        f"{rule['clause']}-{rule['testNumber']}: {rule['description']} ({_times(rule['failedChecks'])})"
        for rule in details.get("ruleSummaries", [])
        if rule.get("ruleStatus") != "PASSED"
    ]
    if result.get("jobEndStatus") != "normal":
        lines.append(f"not checked to the end: veraPDF ended with status {result.get('jobEndStatus')!r}")
    if not details.get("passedRules"):
        lines.append("not checked: no rule was applied")
    if not lines and result.get("compliant") is not True:
        lines.append(f"does not conform, and veraPDF names no rule: {result.get('statement')}")
    return lines


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
