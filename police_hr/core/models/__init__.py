"""Models of the core: accounts, audit, jobs, notices, reactions, working-day calendar."""

from police_hr.core.models.audit import AuditEvent
from police_hr.core.models.calendar import WorkCalendarDay
from police_hr.core.models.job import JobRun
from police_hr.core.models.notice import Notice
from police_hr.core.models.reaction import ConsumerCursor, LedgerChange
from police_hr.core.models.session import UserSession
from police_hr.core.models.user import User

__all__ = [
    "AuditEvent",
    "ConsumerCursor",
    "JobRun",
    "LedgerChange",
    "Notice",
    "User",
    "UserSession",
    "WorkCalendarDay",
]
