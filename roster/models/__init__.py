"""Models of the roster: units, officers, careers, the ledger, imports."""

from roster.models.appointment import AppointmentForm
from roster.models.career import (
    Appraisal,
    Education,
    FamilyMember,
    GradeRecord,
    Posting,
    Qualification,
    RankRecord,
    ResumeLine,
)
from roster.models.code import Code, CodeTable
from roster.models.correction import CorrectionRequest
from roster.models.doubt import Doubt, Ruling
from roster.models.export import ROWS_WITHOUT_CONSENT, ExportRequest
from roster.models.imports import Conflict, DuplicatePair, ImportBatch, ImportRow, MappingProfile, SourceRecord
from roster.models.ledger import LedgerEntry, LedgerGroup, LedgerKind, LedgerKindVersion
from roster.models.material import Material, MaterialAccess
from roster.models.merge import OfficerMerge
from roster.models.move import GrantNotice, Move, MoveOrder
from roster.models.officer import Officer, OfficerPhoto, ProtectedAttribute, SavedFilter
from roster.models.rules import KeptRules
from roster.models.source import DataSource
from roster.models.unit import Unit, UnitGrant, UnitGroupGrant, UnitVersion

__all__ = [
    "ROWS_WITHOUT_CONSENT",
    "AppointmentForm",
    "Appraisal",
    "Code",
    "CodeTable",
    "Conflict",
    "CorrectionRequest",
    "DataSource",
    "Doubt",
    "DuplicatePair",
    "Education",
    "ExportRequest",
    "FamilyMember",
    "GradeRecord",
    "GrantNotice",
    "ImportBatch",
    "ImportRow",
    "KeptRules",
    "LedgerEntry",
    "LedgerGroup",
    "LedgerKind",
    "LedgerKindVersion",
    "MappingProfile",
    "Material",
    "MaterialAccess",
    "Move",
    "MoveOrder",
    "Officer",
    "OfficerMerge",
    "OfficerPhoto",
    "Posting",
    "ProtectedAttribute",
    "Qualification",
    "RankRecord",
    "ResumeLine",
    "Ruling",
    "SavedFilter",
    "SourceRecord",
    "Unit",
    "UnitGrant",
    "UnitGroupGrant",
    "UnitVersion",
]
