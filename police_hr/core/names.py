"""Names of people: how they are stored, shown and found.

Pinyin comes from pypinyin's table of single characters, with our own table for surnames, which
are read unlike the common word (单 is Shan, not dan). The phrase dictionary is left out: it
takes 45 MiB in every process that writes a name, and knows words, not names.
"""

import os
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

IDEOGRAPHIC_SPACE = "\u3000"
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"

_HAS_HAN = re.compile(f"[{HAN}]")
_SPACE_AT_HAN = re.compile(rf"(?<=[{HAN}·])\s+(?=[{HAN}·])")
_MIDDLE_DOTS = re.compile(r"\s*[·•‧・･∙⋅]\s*")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_WORD = re.compile(r"[^\W_]+")

# Surnames whose reading is not the first one in the dictionary, or is often mistaken.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "盖": "ge", "任": "ren",
    "华": "hua", "朴": "piao", "翟": "zhai", "缪": "miao", "乐": "yue", "员": "yun", "种": "chong", "秘": "bi",
    "冼": "xian", "洗": "xian", "繁": "po", "召": "shao", "折": "she", "黑": "he", "纪": "ji", "燕": "yan",
    "牟": "mu", "尉": "wei", "祭": "zhai", "隗": "wei", "郇": "xun", "佴": "nai", "那": "na", "谌": "chen",
    "沈": "shen", "车": "che", "石": "shi", "宿": "su", "臧": "zang", "覃": "qin", "粘": "nian", "晟": "cheng",
    "句": "gou", "葛": "ge", "盛": "sheng", "能": "nai", "都": "du", "角": "jue", "柏": "bai", "宁": "ning",
    "曲": "qu", "应": "ying", "相": "xiang", "过": "guo", "於": "yu", "贾": "jia", "卜": "bu", "万": "wan",
    "俞": "yu", "占": "zhan", "夏": "xia", "陆": "lu", "褚": "chu", "卢": "lu", "訾": "zi", "逄": "pang",
    "阚": "kan", "呙": "guo", "厘": "xi", "适": "kuo", "哈": "ha", "撒": "sa", "合": "ge", "恶": "wu",
    "幺": "yao", "行": "xing", "长": "zhang", "重": "chong", "强": "qiang", "藏": "zang", "卓": "zhuo",
}  # fmt: skip

COMPOUND_SURNAMES = {
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "乐正": "yue zheng", "澹台": "tan tai", "宰父": "zai fu",
    "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "东方": "dong fang", "独孤": "du gu", "南宫": "nan gong",
    "闻人": "wen ren", "夏侯": "xia hou", "诸葛": "zhu ge", "公羊": "gong yang", "赫连": "he lian", "皇甫": "huang fu",
    "宗政": "zong zheng", "濮阳": "pu yang", "公冶": "gong ye", "太叔": "tai shu", "申屠": "shen tu",
    "公孙": "gong sun", "慕容": "mu rong", "仲孙": "zhong sun",
    "钟离": "zhong li", "宇文": "yu wen", "司徒": "si tu", "鲜于": "xian yu",
    "司空": "si kong", "闾丘": "lv qiu", "子车": "zi ju", "亓官": "qi guan", "司寇": "si kou", "巫马": "wu ma",
    "公西": "gong xi", "颛孙": "zhuan sun", "壤驷": "rang si", "公良": "gong liang", "漆雕": "qi diao",
    "谷梁": "gu liang", "拓跋": "tuo ba", "夹谷": "jia gu", "轩辕": "xuan yuan", "令狐": "ling hu", "段干": "duan gan",
    "百里": "bai li", "呼延": "hu yan", "东郭": "dong guo", "南门": "nan men", "羊舌": "yang she", "微生": "wei sheng",
    "梁丘": "liang qiu", "左丘": "zuo qiu", "东门": "dong men", "西门": "xi men", "第五": "di wu", "贺兰": "he lan",
    "纳兰": "na lan", "完颜": "wan yan", "太史": "tai shi", "端木": "duan mu", "屠岸": "tu an", "叱干": "chi gan",
}  # fmt: skip


def normalise_name(text: str) -> str:
    """The one stored form of a name: 卢　明 and 卢 明 are 卢明, middle dots are ·, letters half-width."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
    text = _MIDDLE_DOTS.sub("·", text)
    return " ".join(_SPACE_AT_HAN.sub("", text).split())


def display_name(name: str) -> str:
    """The name as official papers write it: two Chinese characters are spaced."""
    if len(name) == 2 and all(_HAS_HAN.match(character) for character in name):
        return IDEOGRAPHIC_SPACE.join(name)
    return name


def syllables(name: str) -> list[str]:
    """Lower-case syllables of a person's name, the surname by its own table; words if not Chinese.

    ["shan", "xiong", "xin"] for 单雄信, ["maria", "lopez"] for Maria Lopez.
    """
    name = normalise_name(name)
    if not _HAS_HAN.search(name):
        return _WORD.findall(name.lower())
    # A name of two characters has a surname of one: 东方 is Mr Dong.
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        return COMPOUND_SURNAMES[name[:2]].split() + text_syllables(name[2:])
    if name[0] in SURNAMES:
        return [SURNAMES[name[0]], *text_syllables(name[1:])]
    return text_syllables(name)


def text_syllables(text: str) -> list[str]:
    """Lower-case syllables of any text, e.g. the name of a unit; other letters stay in words."""
    found: list[str] = []
    for chinese, other in re.findall(rf"([{HAN}])|([^{HAN}]+)", text):
        found += [_reading(chinese)] if chinese else _WORD.findall(other.lower())
    return [syllable for syllable in found if syllable]


def pinyin(name: str) -> str:
    """The full spelling in one word: "shanxiongxin"; Latin names keep their spaces."""
    separator = "" if _HAS_HAN.search(name) else " "
    return separator.join(syllables(name))


def initials(name: str) -> str:
    """The first letter of each syllable: "sxx" for 单雄信."""
    return "".join(syllable[0] for syllable in syllables(name))


def stroke_key(name: str) -> str:
    """A text that sorts names by the strokes of their characters (姓氏笔画为序), the surname first: four hexadecimal
    digits a character, a name that begins another one before it. Names in other letters come last, by their letters.
    """
    name = normalise_name(name)
    if not _HAS_HAN.search(name):
        return f"g{name.lower()}"[:STROKE_WIDTH] if name else ""
    places = _stroke_places()
    found = (places.get(character, LAST_STROKES) for character in name if _HAS_HAN.match(character))
    return "".join(f"{place:04x}" for place in found)[:STROKE_WIDTH]


STROKE_WIDTH = 60
LAST_STROKES = 0xFFFF


@lru_cache(maxsize=1)
def _stroke_places() -> dict[str, int]:
    """Each character's place; read by processes that write a name only."""
    path = Path(__file__).with_name("data") / "strokes.txt"
    order = path.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")[2]
    return {character: place for place, character in enumerate(order)}


def search_spellings(name: str) -> list[str]:
    """Every spelling people may type: the right one, then the one by the common word
    (danxiongxin); for Latin names both orders (maria lopez, lopez maria).
    """
    if _HAS_HAN.search(name):
        spellings = [pinyin(name), "".join(text_syllables(normalise_name(name)))]
    else:
        words = syllables(name)
        spellings = [" ".join(words), " ".join(words[-1:] + words[:-1])]
    return [spelling for spelling in dict.fromkeys(spellings) if spelling]


@lru_cache(maxsize=4096)
def _reading(character: str) -> str:
    """The most common reading, "" for a character without one. 吕 is "lv", as it is typed."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # read once, when the package is imported
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 14 MiB that only processes writing names need

    reading = lazy_pinyin(character)[0]
    return reading if reading.isascii() else ""
