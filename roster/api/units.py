"""Units in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from police_hr.core.access import access
from police_hr.core.api import ModelSerializer, ReadViewSet
from roster.access import units_visible_to
from roster.models import Unit


class UnitSerializer(ModelSerializer):
    class Meta:
        model = Unit
        fields = [
            "id", "code", "name", "short_name", "name_en", "type", "branch", "path", "depth", "establishment",
            "active_from", "active_to",
        ]  # fmt: skip


@extend_schema_view(
    list=extend_schema(summary="Units within one's scope, in tree order"),
    retrieve=extend_schema(summary="One unit"),
)
@access("unit.view")
class UnitViewSet(ReadViewSet):
    """Units. `path` begins with the path of the unit above; `depth` is 1 at the root."""

    serializer_class = UnitSerializer
    queryset = Unit.objects.none()
    filterset_fields = {"code": ["exact"], "type": ["exact"], "depth": ["exact"]}

    def get_queryset(self) -> QuerySet[Unit]:
        return units_visible_to(self.viewer)
