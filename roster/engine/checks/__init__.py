"""三龄两历一身份: what disagrees within one dossier.

三龄 are age, years of work and years in the party; 两历 education and work history; 一身份 the standing as a cadre
(domain/dossier.md §2.2). A check compares two places and says which they are; it never says which of them is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from roster.engine.checks import career, identity, resume, schooling, yearly
from roster.engine.checks.facts import (
    Appraisal,
    Course,
    Dossier,
    IdCard,
    Line,
    Person,
    Posting,
    Relative,
    Step,
)
from roster.engine.checks.rules import SEVERITIES, Finding, Place, Row, Rules, build_rules

Check = Callable[[Dossier, Rules], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    identity.identity,
    identity.leaving,
    identity.service,
    identity.party,
    schooling.schooling,
    resume.resume,
    resume.postings,
    career.ranks,
    career.grades,
    career.staffing,
    yearly.appraisals,
    yearly.photo,
    yearly.family,
)


def examine(dossier: Dossier, rules: Rules) -> list[Finding]:
    """What disagrees in `dossier`, by the checks that are in use; each pair of values once, in a fixed order."""
    found: dict[str, Finding] = {}
    for check in CHECKS:
        for finding in check(dossier, rules):
            if finding.code in rules.severity:
                found.setdefault(finding.fingerprint, finding)
    return list(found.values())


__all__ = [
    "SEVERITIES", "Appraisal", "Course", "Dossier", "Finding", "IdCard", "Line", "Person", "Place", "Posting",
    "Relative", "Row", "Rules", "Step", "build_rules", "examine",
]  # fmt: skip
