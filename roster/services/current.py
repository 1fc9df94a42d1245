"""The present state of officers (unit, post, rank, grade, order in lists) as it follows from their careers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from police_hr.core.days import to_number
from police_hr.core.reactions import announce_dossiers

# For each officer in scope the one posting, rank and grade that decides, found by the index of its table. Of postings
# that began: open before ended, main before secondary, late before early.
_STATEMENT = """
UPDATE roster_officer SET
    unit_id = state.unit_id, post = state.post, post_level = state.level, post_since = state.starts_on,
    rank = state.rank, rank_since = state.rank_since, grade = state.grade, grade_since = state.grade_since,
    standing = state.standing
FROM (
    WITH place_of AS (
        SELECT t.slug AS slug, c.code AS code, MIN(c."order") AS place
        FROM roster_code c JOIN roster_codetable t ON t.id = c.table_id
        WHERE t.slug IN ('leadership_level', 'duty_grade', 'technical_grade', 'general_grade')
        GROUP BY t.slug, c.code
    ), level_place AS (
        SELECT code, place FROM place_of WHERE slug = 'leadership_level'
    ), grade_place AS (
        SELECT code, MIN(place) AS place FROM place_of WHERE slug <> 'leadership_level' GROUP BY code
    ), deciding AS (
        SELECT o.id AS officer_id,
            (SELECT id FROM roster_posting
             WHERE officer_id = o.id AND starts_on <= %(today)s AND {counts}
             ORDER BY CASE WHEN ends_on IS NULL OR ends_on >= %(today)s THEN 0 ELSE 1 END,
                      CASE WHEN main THEN 0 ELSE 1 END, starts_on DESC, id DESC
             LIMIT 1) AS posting_id,
            (SELECT id FROM roster_rankrecord WHERE officer_id = o.id AND since <= %(today)s AND {counts}
             ORDER BY since DESC, id DESC LIMIT 1) AS rank_id,
            (SELECT id FROM roster_graderecord WHERE officer_id = o.id AND since <= %(today)s AND {counts}
             ORDER BY since DESC, id DESC LIMIT 1) AS grade_id
        FROM roster_officer o WHERE {scope}
    )
    SELECT d.officer_id, p.unit_id, COALESCE(p.post, '') AS post, COALESCE(p.level, '') AS level, p.starts_on,
        COALESCE(r.rank, '') AS rank, r.since AS rank_since,
        COALESCE(g.grade, '') AS grade, g.since AS grade_since,
        COALESCE(SUBSTR(CAST(1000 + lp.place AS VARCHAR(8)), 2), '999')
        || COALESCE(SUBSTR(CAST(1000 + gp.place AS VARCHAR(8)), 2), '999')
        || COALESCE(SUBSTR(CAST(1100000 + p.starts_on AS VARCHAR(8)), 2), '999999') AS standing
    FROM deciding d
    LEFT JOIN roster_posting p ON p.id = d.posting_id
    LEFT JOIN roster_rankrecord r ON r.id = d.rank_id
    LEFT JOIN roster_graderecord g ON g.id = d.grade_id
    LEFT JOIN level_place lp ON lp.code = p.level
    LEFT JOIN grade_place gp ON gp.code = g.grade
) AS state
WHERE roster_officer.id = state.officer_id AND (
    roster_officer.unit_id, roster_officer.post, roster_officer.post_level, roster_officer.post_since,
    roster_officer.rank, roster_officer.rank_since, roster_officer.grade, roster_officer.grade_since,
    roster_officer.standing
) {differs} (
    state.unit_id, state.post, state.level, state.starts_on, state.rank, state.rank_since, state.grade,
    state.grade_since, state.standing
)
"""
_COUNTS = (
    "voided_on IS NULL AND (batch_id IS NULL OR batch_id NOT IN (SELECT id FROM roster_importbatch WHERE NOT visible))"
)


def refresh_current(*, officer_ids: Sequence[int] | None) -> int:
    """Rewrite unit, post, rank, grade, their days and `standing` of these officers (None: of all) from the career
    facts that count and have begun. One statement; runs in the caller's transaction. Returns how many
    officers differed and were written. That the named dossiers changed is announced with it: whoever writes a
    posting, rank or grade comes here.

    `standing` sorts a list as cadres expect it, 职务层次 → 职级 → 任职时间: three digits of the post level's place in
    its code table, three of the grade's place in its sequence, six of the day of taking the post (days since
    1970-01-01 plus 100,000, so that days before 1970 sort too). What is not held is 9s and sorts last.
    """
    if officer_ids is None:
        return _run("TRUE", {})
    if not officer_ids:
        return 0
    announce_dossiers(officer_ids)
    # A list of any length as one parameter: drivers limit their number.
    if connection.vendor == "postgresql":
        return _run("o.id = ANY(%(ids)s)", {"ids": list(officer_ids)})
    return _run("o.id IN (SELECT value FROM json_each(%(ids)s))", {"ids": json.dumps(list(officer_ids))})


def refresh_batch(*, batch_id: int) -> int:
    """`refresh_current` for the officers of a batch and those with a posting, rank or grade in it."""
    return _run(
        "o.id IN (SELECT id FROM roster_officer WHERE batch_id = %(batch)s"
        " UNION SELECT officer_id FROM roster_posting WHERE batch_id = %(batch)s"
        " UNION SELECT officer_id FROM roster_rankrecord WHERE batch_id = %(batch)s"
        " UNION SELECT officer_id FROM roster_graderecord WHERE batch_id = %(batch)s)",
        {"batch": batch_id},
    )


def _run(scope: str, params: dict[str, Any]) -> int:
    statement = _STATEMENT.format(
        counts=_COUNTS, scope=scope, differs="IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, "today": to_number(timezone.localdate())})
        return int(cursor.rowcount)
