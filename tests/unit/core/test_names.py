"""Names as they are stored, shown and found."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from police_hr.core.names import (
    COMPOUND_SURNAMES,
    SURNAMES,
    display_name,
    initials,
    normalise_name,
    pinyin,
    search_spellings,
    stroke_key,
    text_syllables,
)


@pytest.mark.parametrize(
    ("name", "spelling", "letters"),
    [
        ("张伟", "zhangwei", "zw"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("曾国强", "zengguoqiang", "zgq"),
        ("仇英", "qiuying", "qy"),
        ("解小东", "xiexiaodong", "xxd"),
        ("区志华", "ouzhihua", "ozh"),
        ("查良", "zhaliang", "zl"),
        ("盖明", "geming", "gm"),
        ("任华", "renhua", "rh"),
        ("朴正", "piaozheng", "pz"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟明", "moqiming", "mqm"),
        ("欧阳建国", "ouyangjianguo", "oyjg"),
        ("东方", "dongfang", "df"),
        ("吕红", "lvhong", "lh"),
        ("卢　明", "luming", "lm"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("Maria  Lopez", "maria lopez", "ml"),
        ("王Tony", "wangtony", "wt"),
        ("", "", ""),
    ],
)
def test_spelling(name, spelling, letters):
    assert pinyin(name) == spelling
    assert initials(name) == letters


def test_both_spellings_are_found():
    assert search_spellings("单雄信") == ["shanxiongxin", "danxiongxin"]
    assert search_spellings("张伟") == ["zhangwei"]
    assert search_spellings("Maria Lopez") == ["maria lopez", "lopez maria"]
    assert search_spellings("") == []


def test_texts_that_are_no_names():
    assert text_syllables("单位 3 Team") == ["dan", "wei", "3", "team"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" 卢　明 ", "卢明"),
        ("卢 明", "卢明"),
        ("欧阳  建国", "欧阳建国"),
        ("阿依古丽 • 买买提", "阿依古丽·买买提"),
        ("Ｍａｒｉａ   Lopez", "Maria Lopez"),
        ("张\u200b三\ufeff", "张三"),
        ("", ""),
    ],
)
def test_one_stored_form(text, name):
    assert normalise_name(text) == name


def test_two_characters_are_spaced_for_display():
    assert display_name("卢明") == "卢　明"
    assert display_name("单雄信") == "单雄信"
    assert display_name("Al") == "Al"
    assert normalise_name(display_name("卢明")) == "卢明"


def test_tables_are_well_formed():
    assert all(len(name) == 1 and reading.isalpha() for name, reading in SURNAMES.items())
    assert all(len(name) == 2 and len(reading.split()) == 2 for name, reading in COMPOUND_SURNAMES.items())


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_normalised_once_and_spelled(text):
    name = normalise_name(text)
    assert normalise_name(name) == name
    assert len(initials(text)) <= len(pinyin(text)) or not pinyin(text)
    assert "\0" not in pinyin(text)


def test_the_dictionary_is_loaded_late_and_without_phrases():
    code = (
        "import sys, police_hr.core.names as n; assert 'pypinyin' not in sys.modules;"
        "n.pinyin('张伟'); assert 'pypinyin.phrases_dict' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_names_in_the_order_of_strokes():
    """姓氏笔画为序: 丁 2, 马 3, 王 4, 田 5, 朱 6, 李 and 沈 7, 赵 9, 戴 17 strokes; of one surname the shorter name
    first, then by the strokes of what follows; letters after characters."""
    ordered = ["丁一", "马明", "王", "王丁", "王丁一", "王马", "田中", "朱和", "李伟", "沈立群", "赵云", "戴安", "Ann"]
    assert sorted(sorted(ordered), key=stroke_key) == ordered
    assert stroke_key("") == ""
    assert stroke_key("王 演") == stroke_key("王演")
    assert len(stroke_key("王" * 60)) == 60
