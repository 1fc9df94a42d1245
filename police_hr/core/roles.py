"""Roles are code: what each is called, what it is for, what it may do and which facts it may open.

A grant gives one role over one unit and all below it; grants live in `roster.access`. The three
administrators are a property of the account, hold no unit and open no dossier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from police_hr.core.i18n import pick


class Permission(StrEnum):
    """Everything a route or a service can ask for."""

    OWN_VIEW = "own.view"
    OFFICER_LIST = "officer.list"
    OFFICER_VIEW = "officer.view"
    OFFICER_EDIT = "officer.edit"
    CORRECTION_REQUEST = "correction.request"
    CORRECTION_DECIDE = "correction.decide"
    MATERIAL_VIEW = "material.view"
    MATERIAL_EDIT = "material.edit"
    MATERIAL_DECIDE = "material.decide"
    LEDGER_ADD = "ledger.add"
    LEDGER_VOID = "ledger.void"
    UNIT_VIEW = "unit.view"
    UNIT_MANAGE = "unit.manage"
    KIND_VIEW = "kind.view"
    KIND_EDIT = "kind.edit"
    IMPORT_RUN = "import.run"
    RECONCILE = "reconcile"
    DOUBT_VIEW = "doubt.view"
    DOUBT_RULE = "doubt.rule"
    INDEX_VIEW = "index.view"
    INDEX_RUN = "index.run"
    INDEX_CONFIRM = "index.confirm"
    INDEX_PROPOSE = "index.propose"
    CARE_VIEW = "care.view"
    OBJECTION_DECIDE = "objection.decide"
    TASK_VIEW = "task.view"
    MODEL_VIEW = "model.view"
    FAIRNESS_VIEW = "fairness.view"
    MODEL_EDIT = "model.edit"
    MODEL_APPROVE = "model.approve"
    EXPORT = "export"
    JOB_VIEW = "job.view"
    JOB_MANAGE = "job.manage"
    CALENDAR_EDIT = "calendar.edit"
    USER_MANAGE = "user.manage"
    GRANT_MANAGE = "grant.manage"
    AUDIT_VIEW = "audit.view"
    GALLERY = "ui.gallery"
    API_SCHEMA = "api.schema"


# In the order in which the roles page lists them.
PERMISSION_LABELS: dict[Permission, Promise] = {
    Permission.OWN_VIEW: _("see what is held about oneself"),
    Permission.OFFICER_LIST: _("list and search officers"),
    Permission.OFFICER_VIEW: _("open dossiers"),
    Permission.OFFICER_EDIT: _("change dossiers"),
    Permission.CORRECTION_REQUEST: _("ask for corrections of dossiers"),
    Permission.CORRECTION_DECIDE: _("decide corrections that others asked for"),
    Permission.MATERIAL_VIEW: _("see the catalogue of files and ask to read them"),
    Permission.MATERIAL_EDIT: _("catalogue the materials of files"),
    Permission.MATERIAL_DECIDE: _("decide who reads, borrows or copies materials of files"),
    Permission.LEDGER_ADD: _("record ledger entries"),
    Permission.LEDGER_VOID: _("void and correct ledger entries"),
    Permission.UNIT_VIEW: _("see units"),
    Permission.UNIT_MANAGE: _("create, rename, move and close units"),
    Permission.KIND_VIEW: _("see ledger kinds"),
    Permission.KIND_EDIT: _("change ledger kinds and their fields"),
    Permission.IMPORT_RUN: _("import files"),
    Permission.RECONCILE: _("settle conflicts between sources"),
    Permission.DOUBT_VIEW: _("see the board of doubts about dossiers"),
    Permission.DOUBT_RULE: _("settle doubts about dossiers by a ruling"),
    Permission.INDEX_VIEW: _("see the index and its board"),
    Permission.INDEX_RUN: _("run the index"),
    Permission.INDEX_CONFIRM: _("confirm tiers"),
    Permission.INDEX_PROPOSE: _("propose tiers by hand"),
    Permission.CARE_VIEW: _("see the care part of the index"),
    Permission.OBJECTION_DECIDE: _("answer objections to the index"),
    Permission.TASK_VIEW: _("work on tasks"),
    Permission.MODEL_VIEW: _("see index models"),
    Permission.FAIRNESS_VIEW: _("see how tiers fall on groups, in sums"),
    Permission.MODEL_EDIT: _("draft index models and submit them"),
    Permission.MODEL_APPROVE: _("approve index models that others drafted"),
    Permission.EXPORT: _("export lists"),
    Permission.JOB_VIEW: _("see all background jobs"),
    Permission.JOB_MANAGE: _("retry and cancel background jobs"),
    Permission.CALENDAR_EDIT: _("keep the working-day calendar"),
    Permission.USER_MANAGE: _("open and close accounts"),
    Permission.GRANT_MANAGE: _("give and withdraw roles, unlock accounts"),
    Permission.AUDIT_VIEW: _("read the audit trail"),
    Permission.GALLERY: _("open the component gallery"),
    Permission.API_SCHEMA: _("read the description of the API"),
}


@dataclass(frozen=True)
class Role:
    """One role. `opens` are the sensitivity classes it may read, `opens_with_reason` those for which
    it must first write down why (1 internal, 2 personal, 3 sensitive personal, 4 discipline)."""

    code: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    permissions: frozenset[Permission]
    opens: frozenset[int] = field(default_factory=frozenset)
    opens_with_reason: frozenset[int] = field(default_factory=frozenset)
    administrator: bool = False

    @property
    def label(self) -> str:
        return pick(self.zh, self.en)

    @property
    def about(self) -> str:
        return pick(self.about_zh, self.about_en)


P = Permission
_BROWSE = frozenset(
    {P.OWN_VIEW, P.OFFICER_LIST, P.OFFICER_VIEW, P.MATERIAL_VIEW, P.UNIT_VIEW, P.INDEX_VIEW, P.API_SCHEMA}
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "system_admin",
            "系统管理员",
            "System administrator",
            "开通和停用账号、查看后台作业、维护节假日；看不到任何民警档案。",
            "Opens and closes accounts, watches jobs, keeps the calendar; sees no dossier.",
            frozenset({P.USER_MANAGE, P.JOB_VIEW, P.JOB_MANAGE, P.CALENDAR_EDIT, P.GALLERY, P.API_SCHEMA}),
            administrator=True,
        ),
        Role(
            "security_admin",
            "安全保密员",
            "Security administrator",
            "授予和收回角色、解除锁定、重置动态码；看不到任何民警档案。",
            "Grants and withdraws roles, unlocks accounts, resets one-time codes; sees no dossier.",
            frozenset({P.GRANT_MANAGE}),
            administrator=True,
        ),
        Role(
            "audit_admin",
            "安全审计员",
            "Audit administrator",
            "查看谁在何时看过、改过、导出过什么；看不到任何民警档案。",
            "Reads who viewed, changed or exported what and when; sees no dossier.",
            frozenset({P.AUDIT_VIEW, P.FAIRNESS_VIEW}),
            administrator=True,
        ),
        Role(
            "hr_cadre",
            "干部处干部",
            "HR cadre",
            "管理民警档案、单位、台账类别和导入，运行预管理指数。",
            "Keeps dossiers, units, ledger kinds and imports, runs the index.",
            _BROWSE
            | {
                P.OFFICER_EDIT,
                P.CORRECTION_REQUEST,
                P.CORRECTION_DECIDE,
                P.MATERIAL_EDIT,
                P.LEDGER_ADD,
                P.LEDGER_VOID,
                P.UNIT_MANAGE,
                P.KIND_VIEW,
                P.KIND_EDIT,
                P.IMPORT_RUN,
                P.RECONCILE,
                P.DOUBT_VIEW,
                P.DOUBT_RULE,
                P.INDEX_RUN,
                P.INDEX_PROPOSE,
                P.CARE_VIEW,
                P.OBJECTION_DECIDE,
                P.TASK_VIEW,
                P.MODEL_VIEW,
                P.MODEL_EDIT,
                P.EXPORT,
                P.JOB_VIEW,
                P.CALENDAR_EDIT,
                P.GALLERY,
            },
            opens=frozenset({1, 2}),
            opens_with_reason=frozenset({3, 4}),
        ),
        Role(
            "political_director",
            "政治部（处）主任",
            "Political-department director",
            "掌握队伍状况，研判并确认层级。",
            "Oversees the force, weighs and confirms tiers.",
            _BROWSE
            | {P.LEDGER_ADD, P.INDEX_RUN, P.INDEX_CONFIRM, P.MODEL_VIEW, P.KIND_VIEW, P.JOB_VIEW, P.EXPORT}
            | {P.MODEL_EDIT, P.MODEL_APPROVE, P.FAIRNESS_VIEW}
            | {P.CORRECTION_DECIDE, P.MATERIAL_DECIDE, P.DOUBT_VIEW, P.DOUBT_RULE}
            | {P.INDEX_PROPOSE, P.CARE_VIEW, P.OBJECTION_DECIDE, P.TASK_VIEW},
            opens=frozenset({1, 2}),
            opens_with_reason=frozenset({3, 4}),
        ),
        Role(
            "leadership",
            "局领导",
            "Bureau leadership",
            "查看全局队伍状况、名单和个人档案。",
            "Reads the state of the force, lists and dossiers.",
            _BROWSE | {P.MODEL_VIEW, P.MODEL_APPROVE, P.MATERIAL_DECIDE, P.DOUBT_VIEW},
            opens=frozenset({1, 2}),
            opens_with_reason=frozenset({3, 4}),
        ),
        Role(
            "unit_political_officer",
            "单位政工干部",
            "Unit political officer",
            "教导员、指导员：管理本单位政工台账，查看本单位民警；只看到已确认的层级。",
            "Keeps the unit's political ledger and sees its officers; sees confirmed tiers only.",
            _BROWSE | {P.LEDGER_ADD, P.KIND_VIEW, P.CORRECTION_REQUEST, P.DOUBT_VIEW, P.INDEX_PROPOSE, P.TASK_VIEW},
            opens=frozenset({1, 2}),
        ),
        Role(
            "unit_head",
            "单位负责人",
            "Unit head",
            "所长、大队长：查看本单位民警和队伍状况；只看到已确认的层级。",
            "Sees the unit's officers and state; sees confirmed tiers only.",
            _BROWSE | {P.TASK_VIEW},
            opens=frozenset({1, 2}),
        ),
        Role(
            "discipline_inspector",
            "纪检督察干部",
            "Discipline inspector",
            "录入和查看已查实的纪律结果；不看关爱类内容。",
            "Enters and reads verified discipline results; no care facts.",
            frozenset(
                {
                    P.OWN_VIEW,
                    P.OFFICER_LIST,
                    P.OFFICER_VIEW,
                    P.MATERIAL_VIEW,
                    P.LEDGER_ADD,
                    P.UNIT_VIEW,
                    P.API_SCHEMA,
                }
            ),
            opens=frozenset({1, 4}),
        ),
        Role(
            "counsellor",
            "心理辅导员",
            "Counsellor",
            "仅处理本人的咨询个案，不浏览档案。",
            "Works on own cases only; browses no dossier.",
            frozenset({P.OWN_VIEW, P.TASK_VIEW}),
        ),
        Role(
            "officer",
            "民警（本人）",
            "Officer",
            "查看、理解并可质疑本人被记录的一切。",
            "Sees, understands and may dispute all that is held about oneself.",
            frozenset({P.OWN_VIEW}),
        ),
    )
}

ADMINISTRATORS = tuple(code for code, role in ROLES.items() if role.administrator)
UNIT_ROLES = tuple(code for code, role in ROLES.items() if not role.administrator)
