"""What no index model may ever use, and what the Chinese policy forbids besides.

Protected attributes, complaint-making, private life and relatives' affairs are refused by name,
whether they appear as a ledger kind, a field of a row or a fact about an officer or unit.
"""

import re

# One row a ground: what it protects, and the names it goes by in English, pinyin and Chinese.
GROUNDS: dict[str, frozenset[str]] = {
    "ethnicity or race": frozenset({"race", "ethnic", "ethnicity", "nationality", "minzu", "民族"}),
    "sex or gender": frozenset({"sex", "gender", "xingbie", "性别"}),
    "religion": frozenset({"religion", "religious", "faith", "belief", "宗教", "信仰"}),
    "native place": frozenset({"native", "birthplace", "hometown", "jiguan", "籍贯", "出生地"}),
    "marital status as such": frozenset({"marital", "marriage_status", "married", "婚姻状况"}),
    "pregnancy or childbirth": frozenset({"pregnancy", "pregnant", "childbirth", "生育", "怀孕"}),
    "age": frozenset({"age", "birth", "born", "birthday", "birthdate", "年龄", "出生"}),
    "disability": frozenset({"disability", "disabled", "残疾"}),
    "genetic data": frozenset({"genetic", "genome", "dna", "基因"}),
    "complaint-making history": frozenset(
        {"petitioner", "whistleblower", "complaints_made", "union", "工会", "检举人"}
    ),
    "private chats": frozenset({"chat", "chats", "wechat", "messages", "聊天"}),
    "location tracks": frozenset({"location", "gps", "geolocation", "track", "tracks", "轨迹"}),
    "social media": frozenset({"social_media", "weibo", "moments", "朋友圈"}),
    "relatives' political or economic data": frozenset(
        {"family_politics", "family_assets", "family_income", "spouse_income", "relative_assets"}
    ),
    "a leader's property report": frozenset({"leader_report", "property_report"}),
}

# An event of these kinds is no protected attribute although a word of its code is: a divorce or
# separation is a care event the officer reports, never the status of being (un)married.
ALLOWED_NAMES = frozenset({"MARRIAGE_CONFLICT"})
STATUS_KINDS = {"MARRIAGE": "marital status as such", "BIRTHDAY": "age"}

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
    folded = name.casefold()
    words = {word.casefold() for word in _WORDS.split(name)} | {folded}
    for ground, names in GROUNDS.items():
        if words & names or any(word in folded for word in names if not word.isascii() or "_" in word):
            return ground
    return None
