"""The back-test of the real force: a section of docs/real-data.md, made by `script/real-data --only backtest`.

Imports the panel into a database of its own, measures the hand model on four New Years, fits a model of its own for
each of them to the four before it, and one to the four before the first. Figures only, never a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

TARGET = "CHI_COMPLAINT:group=force"
CUTS = (2011, 2012, 2013, 2014)
TRAIN = (2007, 2008, 2009, 2010)
BEGINS, ENDS = "<!-- back-test: begins -->", "<!-- back-test: ends -->"
COLUMNS = (("auc", 3), ("ap", 3), ("p_at_100", 2), ("p_at_share", 3), ("r_at_share", 3))

Manage = Callable[..., tuple[Any, float, float]]


def days(years: tuple[int, ...]) -> str:
    return ",".join(f"{year}-01-01" for year in years)


def measure(manage: Manage, environment: Mapping[str, str]) -> dict[str, Any]:
    """Everything the section tells; the panel must have been imported."""

    def ask(*arguments: str) -> Any:
        found, seconds, peak = manage(environment, *arguments, "--target", TARGET, "--json")
        return {**found, "wall": seconds, "peak": peak}

    hand = ask("backtest", "chicago", "--cuts", days(CUTS))
    fit = ask("fit_model", "chicago", "--train-cuts", days(TRAIN), "--name", "chicago-fitted")
    fitted = ask("backtest", "chicago-fitted", "--cuts", days(CUTS))
    return {"hand": hand, "fit": fit, "fitted": fitted}


def section(found: Mapping[str, Any]) -> list[str]:
    """The lines of the section, between its two marks."""
    hand, fit, fitted = found["hand"], found["fit"], found["fitted"]
    base = sum(cut["cases"] for cut in hand["cuts"]) / sum(cut["officers"] for cut in hand["cuts"])
    cases, officers = f"{fit['cases']:,}", f"{fit['officer_years']:,}"
    trained = f"The fit was trained once, on the cuts {TRAIN[0]}–{TRAIN[-1]} ({officers} officer-years, {cases} cases)"
    spent = (hand["wall"], hand["peak"], fit["wall"], fit["peak"])
    return [
        BEGINS,
        "## Back-test",
        "",
        f"Cuts 1 January {CUTS[0]}–{CUTS[-1]}; a later case is a new force or weapon complaint within the year,",
        f"`{TARGET}` by the day it became known: {base:.1%} of the officers of each year's roster.",
        "A list holds 5 % of everybody. Means of the four cuts:",
        "",
        "| order by | AUC | AP | P@100 | P@5 % | R@5 % |",
        "|---|--:|--:|--:|--:|--:|",
        _row("complaints in the last 12 months", hand["mean"]["count_12"]),
        _row("complaints in 5 years", hand["mean"]["count_60"]),
        _row("model `chicago`: points by hand, untuned", hand["mean"]["model"]),
        _row(f"**fitted whole points 0–20, {len(fit['indicators'])} indicators**", fitted["mean"]["model"]),
        "",
        f"{trained}",
        "and saw nothing later. Cut by cut (fitted points; in brackets the points by hand):",
        "",
        "| cut | officers | cases | AUC | AP | P@5 % | beats 12 m | same list | outside | obs/exp | recalibrated |",
        "|---|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|",
        *(_cut(new, old) for new, old in zip(fitted["cuts"], hand["cuts"], strict=True)),
        "",
        f"**Of {fitted['cases']:,} later cases, {fitted['missed']:,.0f} were outside the list of 5 %.**",
        "It is a help list, never proof.",
        "",
        "| points | indicator | AUC without it | AP without it |",
        "|--:|---|--:|--:|",
        *(_effect(one) for one in fit["indicators"]),
        "",
        "R at the end of a code: counts by the square root of its number. A context is shown as such and never",
        "raises a tier by itself.",
        "Back-test {:.0f} s and {:.0f} MiB, fit {:.0f} s and {:.0f} MiB.".format(*spent),
        ENDS,
    ]


def _row(name: str, figures: Mapping[str, float]) -> str:
    return f"| {name} | " + " | ".join(f"{figures[key]:.{digits}f}" for key, digits in COLUMNS) + " |"


def _cut(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    figures = " | ".join(f"{new['model'][key]:.3f} ({old['model'][key]:.3f})" for key in ("auc", "ap", "p_at_share"))
    calibration = new["calibration"] or {}
    ratios = " | ".join(f"{calibration[key]:.2f}" if calibration else "–" for key in ("ratio", "ratio_recalibrated"))
    before = "–" if new["overlap"] is None else f"{new['overlap']:.0%}"
    better = "yes" if new["beats"] else "**NO**"
    return (
        f"| {new['cut']} | {new['officers']:,} | {new['cases']:,} | {figures} | {better} | {before} | "
        f"{new['missed']:,.0f} | {ratios} |"
    )


def _effect(one: Mapping[str, Any]) -> str:
    name = f"`{one['code']}` {one['name_en']}{' — context' if one['context'] else ''}"
    return f"| {one['points']} | {name} | {-one['auc']:+.4f} | {-one['ap']:+.4f} |"


def put(text: str, lines: list[str]) -> str:
    """The document with the section in place of the old one, or at its end."""
    new = "\n".join(lines)
    if BEGINS in text and ENDS in text:
        before, _, rest = text.partition(BEGINS)
        return before + new + rest.partition(ENDS)[2]
    return text.rstrip("\n") + "\n\n" + new + "\n"
