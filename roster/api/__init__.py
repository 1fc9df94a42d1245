"""The roster's part of the API."""

from roster.api.doubts import DoubtViewSet
from roster.api.imports import ImportViewSet
from roster.api.ledger import LedgerViewSet
from roster.api.officers import OfficerViewSet
from roster.api.units import UnitViewSet

__all__ = ["DoubtViewSet", "ImportViewSet", "LedgerViewSet", "OfficerViewSet", "UnitViewSet"]
