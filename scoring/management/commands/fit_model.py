"""`manage.py fit_model MODEL --target KIND[:FIELD=VALUE] --train-cuts D1,… --name NEW`: draft points from history."""

from __future__ import annotations

import json
import re
import resource
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring.engine.backtest import read_target
from scoring.engine.errors import DefinitionError
from scoring.management.arguments import days, version_called
from scoring.selectors.models import definition_of
from scoring.services.fits import fit, store_fit


class Command(BaseCommand):
    help = "Fits whole points 0–20 to the force's own history and keeps them as a draft; nothing is activated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="code of the index model whose indicators are used; code:3 names version 3")
        parser.add_argument("--target", required=True, help="KIND[:FIELD=VALUE], several divided by commas")
        parser.add_argument("--train-cuts", required=True, type=days, help="days YYYY-MM-DD divided by commas")
        parser.add_argument("--name", required=True, help="code of the model that gets the draft; made where it is new")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", options["name"]):
            raise CommandError("--name takes small letters, digits and hyphens, at most 40.")
        version = version_called(options["model"])
        try:
            target = read_target(definition_of(version), options["target"])
            fitted = fit(version, target, options["train_cuts"], code=options["name"])
        except (DefinitionError, ValueError) as error:
            raise CommandError(str(error)) from error
        reason = f"fitted to {target.text} at {', '.join(day.isoformat() for day in options['train_cuts'])}"
        draft, made = store_fit(version=version, fitted=fitted, reason=reason[:300], by=None)
        result = {
            "model": draft.model.code,
            "version": draft.number,
            "state": draft.state,
            "new": made,
            "from": f"{version.model.code}:{version.number}",
            "target": target.text,
            "train_cuts": [day.isoformat() for day in options["train_cuts"]],
            "officer_years": fitted.fit.officers,
            "cases": fitted.fit.cases,
            "penalty": fitted.fit.penalty,
            "indicators": fitted.effects,
            "digest": draft.digest,
            "seconds": round(time.monotonic() - started, 2),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else _text(result))


def _text(result: dict[str, Any]) -> str:
    lines = [
        f"Draft {result['model']} V{result['version']} from {result['from']}: {result['target']}",
        f"{result['officer_years']} officer-years, {result['cases']} with a later case",
        "",
        f"{'points':>6}  {'AUC without':>11}  {'AP without':>10}  indicator",
    ]
    for one in result["indicators"]:
        note = "  (context)" if one["context"] else ""
        lines.append(f"{one['points']:>6}  {-one['auc']:>+11.4f}  {-one['ap']:>+10.4f}  {one['code']}{note}")
    return "\n".join([*lines, "", "It takes effect for nobody before a second person approves it."])
