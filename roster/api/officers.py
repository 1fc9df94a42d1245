"""Officers in the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.api import ModelSerializer, ReadViewSet, found_or_404
from roster.access import officers_visible_to, path_range
from roster.models import Officer, Unit
from roster.selectors import dossier
from roster.selectors.officers import officer_for

SAID = ["unit", "rank", "grade", "branch", "education", "political_status", "staffing", "age", "service_years",
        "entry_source", "blood_type", "health", "marriage"]  # fmt: skip


class OfficerSerializer(ModelSerializer):
    """A line of the roster: identity and present career, no personal numbers."""

    unit_code = serializers.CharField(source="unit.code", default="", read_only=True)

    class Meta:
        model = Officer
        fields = [
            "id", "badge_no", "name", "sex", "status", "staffing", "unit", "unit_code", "post", "post_level",
            "post_since", "rank", "rank_since", "grade", "grade_since", "branch", "education", "police_since",
        ]  # fmt: skip


class DossierSerializer(OfficerSerializer):
    """The head of a dossier. Numbers of identity card and phone are masked unless class S2 is open; address, blood
    type, birthplace and ancestral home are empty then, health and marriage unless class S3 is."""

    birth_date = serializers.DateField(allow_null=True)
    id_number = serializers.CharField()
    phone = serializers.CharField()
    address = serializers.CharField()
    native_place = serializers.CharField()
    birthplace = serializers.CharField()
    professional_title = serializers.CharField()
    words = serializers.DictField(help_text="The codes in words of the caller's language.")

    class Meta(OfficerSerializer.Meta):
        fields = [*OfficerSerializer.Meta.fields, "birth_date", "id_number", "phone", "address", "native_place",
                  "birthplace", "professional_title", "words"]  # fmt: skip


class OfficerFilter(django_filters.FilterSet):
    """`unit` means the unit and all below it."""

    unit = django_filters.ModelChoiceFilter(queryset=Unit.objects.all(), method="in_subtree")
    name = django_filters.CharFilter(lookup_expr="startswith")

    class Meta:
        model = Officer
        fields = ["badge_no", "status", "rank", "grade", "branch", "staffing"]

    def in_subtree(self, rows: QuerySet[Officer], name: str, unit: Unit) -> QuerySet[Officer]:
        return rows.filter(unit__in=Unit.objects.filter(path_range(unit.path)).values("pk"))


@extend_schema_view(
    list=extend_schema(summary="Officers within one's scope, in the usual order"),
    retrieve=extend_schema(summary="The head of one dossier; the reading is recorded", responses=DossierSerializer),
)
@access("officer.list")
class OfficerViewSet(ReadViewSet):
    """Officers."""

    serializer_class = OfficerSerializer
    queryset = Officer.objects.none()
    filterset_class = OfficerFilter

    def get_queryset(self) -> QuerySet[Officer]:
        return officers_visible_to(self.viewer).select_related("unit").order_by("status", "standing", "id")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        officer: Officer = found_or_404(officer_for(self.viewer, int(kwargs["pk"])))
        head = dossier.head(self.viewer, officer)
        audit.record_read(
            request, action="officer.view", object_type="officer", object_id=officer.pk, officer_id=officer.pk,
            details={"by": "api", "classes": sorted(head.opens)},
        )  # fmt: skip
        content: dict[str, Any] = dict(OfficerSerializer(officer).data) | {
            "birth_date": officer.birth_date if 2 in head.opens else None,
            "id_number": head.id_number,
            "phone": head.phone,
            "address": head.address,
            "native_place": head.native_place,
            "birthplace": head.birthplace,
            "professional_title": officer.professional_title,
            "words": {name: getattr(head, name) for name in SAID},
        }
        return Response(content)
