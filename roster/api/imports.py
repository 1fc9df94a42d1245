"""Imports in the API: upload, look at what would happen, commit, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from police_hr.core.access import access
from police_hr.core.api import ModelSerializer, ReadViewSet
from roster.models import ImportBatch, ImportRow, MappingProfile
from roster.services.imports import committing, staging, undoing


class BatchSerializer(ModelSerializer):
    profile = serializers.CharField(source="profile.code", default="", read_only=True)
    source = serializers.CharField(source="source.code", default="", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = ImportBatch
        fields = [
            "id", "number", "target", "profile", "source", "file_name", "file_sha256", "file_size", "header",
            "mapping", "state", "counts", "problem", "historical", "visible", "job", "created_at", "committed_at",
            "undone_at",
        ]  # fmt: skip


class RowSerializer(ModelSerializer):
    class Meta:
        model = ImportRow
        fields = ["row_no", "state", "act", "issues", "key", "officer_number"]


class UploadSerializer(serializers.Serializer[Any]):
    """A file, and what it is: a saved profile, or a target such as `officers` or `ledger:AWARD`."""

    file = serializers.FileField()
    profile = serializers.SlugRelatedField(slug_field="code", queryset=MappingProfile.objects.all(), required=False)
    target = serializers.CharField(required=False, max_length=60)


@extend_schema_view(
    list=extend_schema(summary="Import batches, newest first"),
    retrieve=extend_schema(summary="One batch: columns, counts, problem"),
)
@access("import.run")
class ImportViewSet(ReadViewSet):
    """Imports. A batch is `staged` when it has been read; nothing counts before `commit` has ended."""

    serializer_class = BatchSerializer
    queryset = ImportBatch.objects.none()
    parser_classes = [MultiPartParser, JSONParser]
    filterset_fields = ["state", "target"]

    def get_queryset(self) -> QuerySet[ImportBatch]:
        return ImportBatch.objects.select_related("profile", "source").order_by("-pk")

    @extend_schema(summary="Upload a file and have it read", request=UploadSerializer, responses={202: BatchSerializer})
    def create(self, request: Request) -> Response:
        asked = UploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        upload = asked.validated_data["file"]
        batch = staging.receive(
            upload=upload,
            file_name=upload.name,
            target=asked.validated_data.get("target", ""),
            profile=asked.validated_data.get("profile"),
            expected_size=upload.size,
            by=self.viewer.user,
        )
        staging.start_staging(batch=batch, by=self.viewer.user)
        return Response(BatchSerializer(batch).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        summary="Rows of the batch that need a look; `?state=error|doubt|…`", responses=RowSerializer(many=True)
    )
    @action(detail=True, methods=["get"], filterset_fields=[])
    def rows(self, request: Request, pk: str) -> Response:
        rows = ImportRow.objects.filter(batch=self.get_object()).order_by("row_no")
        if request.query_params.get("state") in ImportRow.State.values:
            rows = rows.filter(state=request.query_params["state"])
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(RowSerializer(page, many=True).data)

    @extend_schema(summary="Write the batch: all of it or nothing", request=None)
    @action(detail=True, methods=["post"])
    def commit(self, request: Request, pk: str) -> Response:
        return self._act(committing.start_commit)

    @extend_schema(summary="Undo a committed batch", request=None)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        return self._act(undoing.undo)

    @extend_schema(summary="Throw a batch away that was not committed", request=None)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        return self._act(undoing.discard)

    def _act(self, service: Callable[..., Any]) -> Response:
        batch = self.get_object()
        service(batch=batch, by=self.viewer.user)
        batch.refresh_from_db()
        return Response(BatchSerializer(batch).data, status=status.HTTP_202_ACCEPTED)
