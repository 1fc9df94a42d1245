"""`manage.py backtest MODEL --target KIND[:FIELD=VALUE] --cuts D1,D2,…`: would the index have found later cases?"""

from __future__ import annotations

import json
import resource
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring.engine.backtest import read_target
from scoring.engine.errors import DefinitionError
from scoring.management.arguments import days, share, version_called
from scoring.selectors.history import back_test
from scoring.selectors.models import definition_of

ROWS = (("model", "the model"), ("count_12", "count of 12 months"), ("count_60", "count of 5 years"))
COLUMNS = (("auc", "AUC"), ("ap", "AP"), ("p_at_100", "P@100"), ("p_at_share", "P@list"), ("r_at_share", "R@list"))


class Command(BaseCommand):
    help = "Measures an index on the force's own history, beside two honest baselines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="code of the index model; code:3 names version 3")
        parser.add_argument("--target", required=True, help="KIND[:FIELD=VALUE], several divided by commas")
        parser.add_argument("--cuts", required=True, type=days, help="days YYYY-MM-DD divided by commas")
        parser.add_argument("--list-share", type=share, default=0.05, help="how long the list is (0.05: one in twenty)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        version = version_called(options["model"])
        definition = definition_of(version)
        try:
            target = read_target(definition, options["target"])
            report = back_test(definition, target, options["cuts"], share=options["list_share"])
        except (DefinitionError, ValueError) as error:
            raise CommandError(str(error)) from error
        report = {
            "model": version.model.code,
            "version": version.number,
            **report,
            "seconds": round(time.monotonic() - started, 2),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else _text(report))


def _text(report: dict[str, Any]) -> str:
    lines = [f"{report['model']} V{report['version']}   {report['target']}"]
    heads = "".join(f"{name:>9}" for _key, name in COLUMNS)
    for result in report["cuts"]:
        lines += [
            "",
            _head(result),
            f"{'':20}{heads}",
            *(_row(name, result[key]) for key, name in ROWS),
        ]
    lines += ["", f"{'mean of the cuts':20}{heads}", *(_row(name, report["mean"][key]) for key, name in ROWS), ""]
    if report["beats_every_cut"]:
        lines.append("Better than the count of 12 months on every cut.")
    else:
        lines.append("NOT better than the count of 12 months on: " + ", ".join(report["not_beaten_on"]))
    return "\n".join(lines)


def _head(result: dict[str, Any]) -> str:
    found = f"{result['cut']}   {result['officers']} officers, {result['cases']} later cases ({result['base']:.1%}), "
    return found + f"list of {result['list_size']}: {result['missed']:g} cases were outside it"


def _row(name: str, found: dict[str, float | None]) -> str:
    values = (found[key] for key, _name in COLUMNS)
    return f"{name:20}" + "".join(f"{'–' if value is None else f'{value:.3f}':>9}" for value in values)
