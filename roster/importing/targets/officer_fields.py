"""The fields of an officer's table: what they are called, and how their cells are read."""

from __future__ import annotations

from roster.importing import cells
from roster.importing.fields import Field
from roster.importing.targets import base

F = Field
SEXES = {"男": "M", "女": "F", "m": "M", "f": "F", "M": "M", "F": "F", "1": "M", "2": "F", "male": "M", "female": "F"}
STATUSES = {
    text: code
    for code, *texts in (
        ("serving", "在职", "在岗", "serving"),
        ("seconded", "借调", "seconded"),
        ("retired", "退休", "retired"),
        ("left", "离职", "调出", "辞职", "left"),
        ("died", "死亡", "去世", "died"),
    )
    for text in (code, *texts)
}
GRADES = ("duty_grade", "technical_grade", "general_grade")
PROTECTED = "protected."
FIELDS = (
    F(
        "badge_no",
        "警号",
        "Badge number",
        base.plain(cells.badge),
        ("警员编号", "民警警号", "工号", "badge", "badge no", "officer_id"),
        key=True,
        example="091512",
    ),
    F("name", "姓名", "Name", base.text(60), ("民警姓名", "人员姓名"), example="林书扬"),
    F("former_name", "曾用名", "Former name", base.text(60)),
    F(
        "unit",
        "单位",
        "Unit",
        base.unit,
        ("所在单位", "工作单位", "现单位", "单位名称", "所属单位", "部门"),
        show="unit",
        example="望江派出所",
    ),
    F(
        "post",
        "职务",
        "Post",
        base.text(60),
        ("现任职务", "现任职务名称", "职务名称", "行政职务"),
        example="警务区民警",
    ),
    F(
        "post_since",
        "任现职时间",
        "In post since",
        base.past_day,
        ("任职日期", "任职时间", "任现职务时间", "现职务时间"),
        show="month",
        example="2024.08",
    ),
    F(
        "rank",
        "警衔",
        "Police rank",
        base.choice("police_rank"),
        ("衔级", "现警衔", "警衔名称"),
        show="code",
        table=("police_rank",),
        example="二级警司",
    ),
    F(
        "rank_since",
        "授衔时间",
        "Rank since",
        base.past_day,
        ("授衔日期", "衔级时间", "现衔时间", "晋衔时间"),
        show="month",
        example="2023.07",
    ),
    F(
        "grade",
        "职级",
        "Grade",
        base.choice(*GRADES),
        ("现职级", "职务层级", "职级名称"),
        show="code",
        table=GRADES,
        example="一级警员",
    ),
    F(
        "grade_since",
        "任现职级时间",
        "Grade since",
        base.past_day,
        ("职级时间", "晋升职级时间", "现职级时间"),
        show="month",
        example="2023.07",
    ),
    F(
        "birth_date",
        "出生年月",
        "Date of birth",
        base.birth,
        ("出生日期", "出生时间", "生日", "birthday"),
        show="birth",
        example="1996.02",
    ),
    F(
        "id_number",
        "身份证号",
        "ID number",
        base.plain(cells.id_number),
        ("身份证", "身份证号码", "公民身份号码", "证件号码"),
        masked=True,
        shape="id",
        example="",
    ),
    F(
        "phone",
        "手机",
        "Mobile phone",
        base.plain(cells.phone),
        ("联系电话", "手机号", "手机号码", "电话", "联系方式"),
        masked=True,
        shape="phone",
    ),
    F("sex", "性别", "Sex", base.one_of(SEXES), ("gender",), show="sex", example="男"),
    F("ethnicity", "民族", "Ethnicity", base.choice("ethnicity"), show="code", table=("ethnicity",), example="汉族"),
    F("native_place", "籍贯", "Ancestral home", base.text(60), ("祖籍",)),
    F(
        "political_status",
        "政治面貌",
        "Political status",
        base.choice("political_status"),
        show="code",
        table=("political_status",),
        example="中共党员",
    ),
    F("party_joined_on", "入党时间", "Joined the party", base.past_day, ("入党日期",), show="month"),
    F(
        "work_started_on",
        "参加工作时间",
        "Start of work",
        base.past_day,
        ("参加工作日期", "工作时间", "参工时间"),
        show="month",
    ),
    F(
        "police_since",
        "入警时间",
        "Joined the police",
        base.past_day,
        ("从警时间", "参加公安工作时间", "入警日期", "appointed_date"),
        show="day",
    ),
    F(
        "left_on",
        "离开时间",
        "Left the force",
        base.past_day,
        ("离职日期", "退休时间", "调出时间", "resignation_date"),
        show="day",
    ),
    F("status", "在职状态", "Status", base.one_of(STATUSES), ("人员状态", "状态"), show="status"),
    F(
        "staffing",
        "人员类别",
        "Staffing type",
        base.choice("staffing_type"),
        ("编制类别", "编制类型", "身份类别"),
        show="code",
        table=("staffing_type",),
    ),
    F(
        "branch",
        "警种",
        "Police branch",
        base.choice("police_branch"),
        ("所属警种",),
        show="code",
        table=("police_branch",),
    ),
    F(
        "education",
        "学历",
        "Education",
        base.choice("education"),
        ("文化程度", "最高学历"),
        show="code",
        table=("education",),
        example="大学本科",
    ),
    F("speciality", "特长", "Speciality", base.text(200), ("专长",)),
    F("birthplace", "出生地", "Birthplace", base.text(60)),
    F("health", "健康状况", "State of health", base.choice("health"), show="code", table=("health",)),
    F("professional_title", "专业技术职务", "Professional title", base.text(60), ("职称",)),
    F("marriage", "婚姻状况", "Marital status", base.choice("marriage"), show="code", table=("marriage",)),
    F("blood_type", "血型", "Blood type", base.choice("blood_type"), show="code", table=("blood_type",)),
    F("address", "家庭住址", "Home address", base.text(200), ("住址", "现住址", "居住地址")),
    F(
        "entry_source",
        "入警来源",
        "How they joined the police",
        base.choice("entry_source"),
        ("来源", "入警方式"),
        show="code",
        table=("entry_source",),
    ),
    F(PROTECTED + "race", "受保护属性", "Protected attribute", base.text(40), ("race",), protected=True),
)
CAREER = ("unit", "post", "post_since", "rank", "rank_since", "grade", "grade_since")
DAYS = {
    "birth_date",
    "party_joined_on",
    "work_started_on",
    "police_since",
    "left_on",
    "post_since",
    "rank_since",
    "grade_since",
}
PLAIN = tuple(field.name for field in FIELDS if field.name not in CAREER and not field.protected)
OFFICER_COLUMNS = frozenset({*PLAIN, "birth_precision"})
