"""`manage.py import_records PROFILE FILE --json`, a handle that others script against, with every shipped profile.

The rows are invented; the headers are those of the files that the profiles were made for.
"""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from roster.models import LedgerEntry, Officer, Posting
from tests.factories import force

pytestmark = pytest.mark.django_db
KEYS = {"file", "rows", "new", "updated", "unchanged", "rejected", "reasons", "seconds"}
OFFICERS = ("officer_id,birth_year,gender,race,appointed_date,resignation_date", "7001,1970,M,X,1995-03-06,")
# profile → header, a sound row, a row of an officer whom nobody knows
FACTS = {
    "chicago-postings": ("officer_id,unit,start_date,end_date", "7001,019,2001-02-03,", "9,019,2001-02-03,"),
    "chicago-complaints": (
        "complaint_id,officer_id,incident_date,complaint_date,closed_date,category,code,group,finding,n_allegations",
        "c1,7001,2010-05-01,2010-05-20,2011-01-02,Lockup,05A,operations,sustained,1",
        "c1,9,2010-05-01,2010-05-20,2011-01-02,Lockup,05A,operations,sustained,1",
    ),
    "chicago-force": (
        "report_id,officer_id,date,taser,firearm_used,shots,subject_injured,on_duty,in_uniform",
        "r1,7001,2012-06-01,0,0,0,0,1,1",
        "r2,9,2012-06-01,0,0,0,0,1,1",
    ),
    "chicago-salary": (
        "officer_id,year,rank,pay_grade,salary,employee_status,position_start_date,age_at_hire",
        "7001,2012,Police Officer,D1,70000,1,1995-03-06,25",
        "9,2012,Police Officer,D1,70000,1,1995-03-06,25",
    ),
}


@pytest.fixture(autouse=True)
def installed():
    force.install_defaults()


def imported(tmp_path, capsys, profile: str, *lines: str) -> dict[str, object]:
    path = tmp_path / f"{profile}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    call_command("import_records", profile, str(path), "--json")
    (found,) = json.loads(capsys.readouterr().out)
    assert set(found) >= KEYS
    assert found["file"] == path.name
    return found


@pytest.mark.parametrize("profile", FACTS)
def test_every_shipped_profile_imports_what_is_sound_and_counts_what_is_not(tmp_path, capsys, profile):
    officers = imported(tmp_path, capsys, "chicago-officers", *OFFICERS)
    assert (officers["rows"], officers["new"], officers["rejected"]) == (1, 1, 0)
    found = imported(tmp_path, capsys, profile, *FACTS[profile])
    assert (found["rows"], found["new"], found["rejected"]) == (2, 1, 1)
    assert sum(found["reasons"].values()) == 1
    officer = Officer.objects.get(badge_no="7001")
    assert Posting.objects.filter(officer=officer).count() + LedgerEntry.objects.filter(officer=officer).count() == 1
    again = imported(tmp_path, capsys, profile, *FACTS[profile])
    assert (again["new"], again["unchanged"], again["rejected"]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("officers", "nowhere.csv"), "There is no file"),
        (("officers", __file__, "--as", "NOBODY"), "There is no account"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_words(arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("import_records", *arguments)
