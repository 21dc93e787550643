"""Measures how fast leaflets are made, beside the peers, in one run: `make bench` (ARGS="--json FILE" for the figures as JSON, too).

Absolute times change with the machine and what else it does; ratios of what was measured in turn, in one run, are what counts.
Ends with 1 where a target of ours is missed. The peers (WeasyPrint's command, Chromium, Typst) are installed by the run itself; one
that cannot be had is told and left out.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from leaflets import __version__

from benchmarks import batch, common, material, peers, plan, recipients, worker

PARTS: dict[str, tuple[str, Callable[[common.Run, batch.Cold], dict[str, Any]]]] = {
    "warm": ("one leaflet, warm, beside plain WeasyPrint", lambda run, made: worker.warm(run, made.batch)),
    "design": ("what the look costs, beside the one before it", lambda run, made: worker.design(run, made.batch)),
    "cold": ("a batch for the first time, beside the peers", batch.cold),
    "again": ("the same batch unchanged; 2,000 planned; one fact changed", batch.again),
    "recipients": ("thousands of recipients over few leaflets", lambda run, made: recipients.recipients(run, made.batch)),
    "memory": ("many leaflets in one worker", lambda run, made: worker.memory(run, made.batch)),
}
PEERS = {"cold", "recipients"}


def main(words: list[str] | None = None) -> int:
    given = parsed(words)
    names = given.only or list(PARTS)
    run = common.Run(given.quick, given.whole, 3 if given.quick else given.rounds, given.seconds)
    try:
        heading(run)
        if PEERS & set(names):
            peers.install()
        made = batch.Cold(material.Batch(run))
        for name in names:
            with common.lasting(name):
                run.report[name] = PARTS[name][1](run, made)
    finally:
        shutil.rmtree(run.folder, ignore_errors=True)
    return ended(run, given)


def parsed(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--docs", action="store_true", help="write the figures into docs/batch.md")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="PART", help=f"only this part, repeatable: {', '.join(PARTS)}")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a short run, of two to three minutes: to see that all parts work")
    size.add_argument("--whole", action="store_true", help="the full figures: takes an hour or more")
    parser.add_argument("--rounds", type=int, default=7, help="pairs of warm renderings (%(default)s)")
    parser.add_argument("--seconds", type=float, default=45, help="no new pair after so many seconds (%(default)s)")
    given = parser.parse_args(words)
    if given.json and not given.json.absolute().parent.is_dir():
        parser.error(f"there is no folder {given.json.absolute().parent}")
    if given.docs and (given.quick or set(plan.NEEDED) - set(given.only or PARTS)):
        parser.error("--docs needs a run of all parts, and not a short one")
    return given


def heading(run: common.Run) -> None:
    what = common.machine()
    run.report |= {"machine": what, "versions": dict(run.tools.programs), "quick": run.quick, "whole": run.whole}
    print(f"leaflets {__version__}, WeasyPrint {run.tools.programs['weasyprint']}, Python {what['python']}, {what['cores']} cores")
    print("Compare within one run only. Where there are brackets: the median, and from the least to the most.")


def ended(run: common.Run, given: argparse.Namespace) -> int:
    """Tell every target once more, write the report, return the exit status."""
    print("\nTargets")
    for one in run.targets:
        bound = f"{'at least' if one['least'] else 'at most'} {one['limit']:,g}{one['unit']}"
        print(f"  {'met   ' if one['met'] else 'MISSED'}  {one['what']}: {common.figure(one['got'])}{one['unit']} ({bound})")
    for one in run.report.get("skipped", ()):
        print(f"  not measured  {one['part']}: {one['why']}")
    run.report["targets"] = run.targets
    if given.docs:
        try:
            plan.write(run.report)
        except ValueError as error:
            print(f"bench: {plan.PAGE.relative_to(common.ROOT)} was left as it is: {error}", file=sys.stderr)
    if given.json:
        given.json.write_text(json.dumps(run.report, indent=1) + "\n", encoding="utf-8")
    return 0 if all(one["met"] for one in run.targets) else 1


if __name__ == "__main__":
    sys.exit(main())
