"""The ledger in the API: read an officer's entries, record a new one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from police_hr.core import audit
from police_hr.core.access import access
from police_hr.core.api import ModelSerializer, ReadViewSet, found_or_404
from police_hr.core.numbers import whole_number
from police_hr.core.roles import Permission
from roster.access import path_for
from roster.models import LedgerEntry, LedgerKind
from roster.selectors import ledger as entries
from roster.selectors.kinds import recordable
from roster.selectors.officers import officer_for
from roster.services.ledger import record_entry


class EntrySerializer(ModelSerializer):
    kind = serializers.CharField(source="kind.code", read_only=True)
    kind_version = serializers.IntegerField(source="kind_version.number", read_only=True)
    payload = serializers.DictField(help_text="The fields of the kind.")

    class Meta:
        model = LedgerEntry
        fields = [
            "id", "officer", "kind", "kind_version", "occurred_on", "known_on", "closed_on", "recorded_on",
            "voided_on", "amount", "payload", "sensitivity", "verified", "key", "recorded_at",
        ]  # fmt: skip


class NewEntrySerializer(serializers.Serializer[Any]):
    """A new fact. `key` is what the source calls it."""

    officer = serializers.IntegerField(min_value=1, max_value=2**53)
    kind = serializers.SlugRelatedField(slug_field="code", queryset=LedgerKind.objects.filter(withdrawn=False))
    occurred_on = serializers.DateField()
    known_on = serializers.DateField(required=False, allow_null=True)
    closed_on = serializers.DateField(required=False, allow_null=True)
    amount = serializers.FloatField(required=False, allow_null=True)
    payload = serializers.DictField(required=False)
    key = serializers.CharField(required=False, allow_blank=True, max_length=80)


OFFICER = OpenApiParameter("officer", OpenApiTypes.INT, required=True, description="Whose ledger.")
KIND = OpenApiParameter("kind", OpenApiTypes.STR, description="Code of a kind.")


@extend_schema_view(
    list=extend_schema(
        summary="The entries of one officer that one may see, newest first; the reading is recorded",
        parameters=[OFFICER, KIND],
    ),
    retrieve=extend_schema(summary="One entry, voided ones too; the reading is recorded"),
)
@access("officer.view", write="ledger.add")
class LedgerViewSet(ReadViewSet):
    """The ledger. Entries of classes that are not open to the caller do not appear."""

    serializer_class = EntrySerializer
    queryset = LedgerEntry.objects.none()

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        if getattr(self, "swagger_fake_view", False):
            return LedgerEntry.objects.none()
        number = whole_number(self.request.query_params.get("officer", ""))
        if number is None:
            raise ValidationError({"officer": ["Name one officer by its id."]})
        officer = found_or_404(officer_for(self.viewer, number))
        kind = self.request.query_params.get("kind")
        return entries.entries_of(self.viewer, officer, kinds=[kind] if kind else None)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().list(request, *args, **kwargs)
        officer = int(request.query_params["officer"])
        classes = sorted({row["sensitivity"] for row in response.data["results"]})
        audit.record_read(
            request, action="ledger.view", object_type="officer", object_id=officer, officer_id=officer,
            details={"by": "api", "classes": classes},
        )  # fmt: skip
        return response

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        entry: LedgerEntry = found_or_404(entries.entry_for(self.viewer, int(kwargs["pk"])))
        audit.record_read(
            request, action="ledger.view", object_type="entry", object_id=entry.pk, officer_id=entry.officer_id,
            details={"by": "api", "classes": [entry.sensitivity]},
        )  # fmt: skip
        return Response(EntrySerializer(entry).data)

    @extend_schema(summary="Record a fact", request=NewEntrySerializer, responses={201: EntrySerializer})
    def create(self, request: Request) -> Response:
        asked = NewEntrySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        officer = found_or_404(officer_for(self.viewer, values.pop("officer")))
        path = path_for(self.viewer, officer, Permission.LEDGER_ADD)
        if not officer.unit or not self.viewer.covers(Permission.LEDGER_ADD, path):
            raise PermissionDenied
        kind: LedgerKind = values.pop("kind")
        if recordable(self.viewer, path, kind.code) is None:
            raise PermissionDenied
        entry = record_entry(officer=officer, kind=kind.code, by=self.viewer.user, **values)
        return Response(EntrySerializer(entry).data, status=status.HTTP_201_CREATED)
