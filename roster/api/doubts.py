"""Doubts about dossiers in the API: the board's list, with the board's own rules of access."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.api import ModelSerializer, ReadViewSet, found_or_404
from police_hr.core.roles import Permission
from roster.forms.doubts import read_board
from roster.models import Doubt
from roster.selectors import doubts
from roster.selectors.doubts import SORTS, STATES


class PlaceSerializer(serializers.Serializer[Any]):
    """One of the two places in words."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not its label
    value = serializers.CharField()
    missing = serializers.BooleanField(help_text="Nothing is held there.")


class RulingSerializer(serializers.Serializer[Any]):
    """The paper by which a doubt is settled."""

    document = serializers.CharField()
    verdict = serializers.CharField()
    decided_on = serializers.DateField()
    reason = serializers.CharField()


class DoubtSerializer(ModelSerializer):
    """A doubt: which check, how grave, the two places that disagree, and the ruling where one settled it. Words are
    in the caller's language."""

    badge_no = serializers.CharField(source="officer.badge_no", read_only=True)
    name = serializers.CharField(source="officer.name", read_only=True)
    unit_code = serializers.CharField(source="officer.unit.code", default="", read_only=True)
    check = serializers.CharField(source="code", read_only=True)
    title = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    places = PlaceSerializer(many=True, read_only=True)
    ruling = RulingSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Doubt
        fields = [
            "id", "officer", "badge_no", "name", "unit_code", "check", "title", "text", "severity", "sensitivity",
            "places", "first_seen", "since", "ruling",
        ]  # fmt: skip

    def to_representation(self, instance: Doubt) -> dict[str, Any]:
        (line,) = doubts.described([instance])
        instance.title, instance.text, instance.places = line.title, line.text, line.places  # type: ignore[attr-defined]
        said: dict[str, Any] = super().to_representation(instance)
        if said["ruling"]:
            said["ruling"]["verdict"] = line.verdict
        return said


CONDITIONS = [
    OpenApiParameter("unit", OpenApiTypes.INT, description="Id of a unit: it and all below it."),
    OpenApiParameter("check", OpenApiTypes.STR, description="Code of a check."),
    OpenApiParameter("group", OpenApiTypes.STR, description="Code of a group of checks (三龄两历一身份)."),
    OpenApiParameter("severity", OpenApiTypes.STR, enum=list(Doubt.Severity.values)),
    OpenApiParameter("state", OpenApiTypes.STR, enum=list(STATES), description="`open` unless told."),
    OpenApiParameter("batch", OpenApiTypes.INT, description="Id of an import: the officers it wrote."),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=[sign + name for name in SORTS for sign in ("", "-")]),
]


@extend_schema_view(
    list=extend_schema(
        summary="Doubts of classes S1 and S2 within one's scope; the reading is recorded", parameters=CONDITIONS
    ),
    retrieve=extend_schema(summary="One doubt that stands; the reading is recorded"),
)
@access("doubt.view")
class DoubtViewSet(ReadViewSet):
    """Doubts about dossiers. Those about family facts open on the dossier, with a reason, and are not in here."""

    serializer_class = DoubtSerializer
    queryset = Doubt.objects.none()

    def get_queryset(self) -> QuerySet[Doubt]:
        if getattr(self, "swagger_fake_view", False):
            return Doubt.objects.none()
        return doubts.board_rows(self.viewer, read_board(self.request.GET))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().list(request, *args, **kwargs)
        rows = response.data["results"]
        details = {
            "by": "api",
            "officers": sorted({row["officer"] for row in rows}),
            "classes": sorted({row["sensitivity"] for row in rows}),
        }
        audit.record_read(request, action="doubt.view", object_type="list", object_id="", details=details)
        return response

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        doubt: Doubt = found_or_404(doubts.doubt_for(self.viewer, int(kwargs["pk"]), Permission.DOUBT_VIEW))
        audit.record_read(
            request, action="doubt.view", object_type="doubt", object_id=doubt.pk, officer_id=doubt.officer_id,
            details={"by": "api", "classes": [doubt.sensitivity]},
        )  # fmt: skip
        return Response(DoubtSerializer(doubt).data)
