"""What no index model may ever use, and what the Chinese policy forbids besides.

Protected attributes, complaint-making, private life and relatives' affairs are refused by name,
whether they appear as a ledger kind, a field of a row or a fact about an officer or unit.
"""

import re
import unicodedata

from scoring.engine.errors import gettext_noop as _

CLAUSE = "§3.5 (4)"
BIRTH = _("pregnancy or childbirth")
UNVERIFIED = _("an unverified report")

# One row a ground: what it protects, and the names it goes by in English, pinyin and Chinese.
GROUNDS: dict[str, frozenset[str]] = {
    _("ethnicity or race"): frozenset(
        {"ethnos", "race_code", "民族成分", "race", "ethnic", "ethnicity", "nationality", "minzu", "民族"}
    ),
    _("sex or gender"): frozenset({"男女", "sex", "gender", "xingbie", "性别"}),
    _("religion"): frozenset({"zongjiao", "church", "religion", "religious", "faith", "belief", "宗教", "信仰"}),
    _("native place"): frozenset(
        {
            "chushengdi",
            "birth_place",
            "native_place",
            "place_of_birth",
            "祖籍",
            "native",
            "birthplace",
            "hometown",
            "jiguan",
            "籍贯",
            "出生地",
        }
    ),
    _("marital status as such"): frozenset(
        {"hunyin", "marriage_state", "婚育", "婚否", "marital", "marriage_status", "married", "婚姻状况"}
    ),
    BIRTH: frozenset(
        {"maternity", "huaiyun", "shengyu", "产假", "孕", "pregnancy", "pregnant", "childbirth", "生育", "怀孕"}
    ),
    _("age"): frozenset({"nianling", "date_of_birth", "age", "birth", "born", "birthday", "birthdate", "年龄", "出生"}),
    _("disability"): frozenset({"canji", "handicap", "disability", "disabled", "残疾"}),
    _("genetic data"): frozenset({"genes", "jiyin", "genetic", "genome", "dna", "基因"}),
    _("complaint-making history"): frozenset(
        {"petitioner", "whistleblower", "complaints_made", "union", "工会", "检举人"}
    ),
    _("private chats"): frozenset({"chat", "chats", "wechat", "messages", "聊天"}),
    _("location tracks"): frozenset({"定位", "location", "gps", "geolocation", "track", "tracks", "轨迹"}),
    _("social media"): frozenset({"微博", "social_media", "weibo", "moments", "朋友圈"}),
    _("relatives' political or economic data"): frozenset(
        {"family_politics", "family_assets", "family_income", "spouse_income", "relative_assets"}
    ),
    _("a leader's property report"): frozenset({"leader_report", "property_report"}),
}

# An event of these kinds is no protected attribute although a word of its code is: a divorce or
# separation is a care event the officer reports, never the status of being (un)married.
ALLOWED_NAMES = frozenset({"MARRIAGE_CONFLICT"})
STATUS_KINDS = {"MARRIAGE": _("marital status as such"), "BIRTHDAY": _("age")}

# Chinese policy: reports nobody has verified are never scored (Chicago counts allegations).
UNVERIFIED_KINDS = frozenset({"COMPLAINT_RECEIVED", "EARLY_SIGN", "CHI_COMPLAINT", "MALICIOUS_COMPLAINT"})
NEVER_POINTS_KINDS = frozenset({"COMPLAINT_UNFOUNDED"})  # may be listed, with 0 points

_WORDS = re.compile(r"[_\W]+|(?<=[a-z])(?=[A-Z])")


def forbidden_ground(name: str) -> str | None:
    """The ground on which a kind, field or fact of this name is refused, or None."""
    if name in ALLOWED_NAMES:
        return None
    if name in STATUS_KINDS:
        return STATUS_KINDS[name]
    name = unicodedata.normalize("NFKC", name)  # full-width letters are letters
    folded = name.casefold()
    words = {word.casefold().rstrip("0123456789") for word in _WORDS.split(name)} | {folded}
    for ground, names in GROUNDS.items():
        if words & names or any(word in folded for word in names if not word.isascii() or "_" in word):
            return ground
    return None
