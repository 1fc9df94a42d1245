"""The fixed cast: one account for each role, in a bureau with two branches.

`lin` is political officer of branch A, `zhou` of branch B: what is A's, zhou must not find.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from police_hr.core.models import User
from police_hr.core.roles import ADMINISTRATORS, UNIT_ROLES
from roster.access import grant_role
from roster.models import Officer, Unit
from tests.factories.force import officers, units

PASSWORD = "a long sentence for tests"
NAMES = {
    "system_admin": "xi",
    "security_admin": "bao",
    "audit_admin": "shen",
    "hr_cadre": "chen",
    "political_director": "zheng",
    "leadership": "wu",
    "unit_political_officer": "lin",
    "unit_head": "suo",
    "discipline_inspector": "ji",
    "counsellor": "xin",
    "officer": "min",
}
# whose unit is branch A alone; everybody else's is the whole bureau
OF_BRANCH_A = {"unit_political_officer", "unit_head", "officer", "counsellor"}


@dataclass
class Cast:
    """`users` by role; `zhou` is the stranger of branch B; `nobody` holds no role at all."""

    bureau: Unit
    branch_a: Unit
    branch_b: Unit
    officer_a: Officer
    officer_b: Officer
    users: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, role: str) -> User:
        return self.users[role]


def account(badge_no: str, *, name: str = "", admin_role: str = "", **fields: object) -> User:
    """An account that is through with its first password; administrators' one-time code is waived."""
    return User.objects.create_user(
        badge_no,
        PASSWORD,
        name=name or badge_no,
        admin_role=admin_role,
        must_change_password=False,
        totp_waived=bool(admin_role),
        **fields,
    )


def cast() -> Cast:
    """Made through the services; quick enough to make for every test."""
    made = units("A", "B2")
    people = officers(1, made["A"]) + officers(1, made["B2"], first=2)
    found = Cast(bureau=made["B"], branch_a=made["A"], branch_b=made["B2"], officer_a=people[0], officer_b=people[1])
    for role in ADMINISTRATORS:
        found.users[role] = account(NAMES[role].upper(), admin_role=role)
    for role in UNIT_ROLES:
        own = {"officer_number": found.officer_a.pk} if role == "officer" else {}
        found.users[role] = account(NAMES[role].upper(), **own)
        grant_role(user=found[role], role=role, unit=made["A"] if role in OF_BRANCH_A else made["B"], by=None)
    found.users["zhou"] = account("ZHOU")
    grant_role(user=found["zhou"], role="unit_political_officer", unit=made["B2"], by=None)
    found.users["nobody"] = account("NOBODY")
    return found
