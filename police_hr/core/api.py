"""What all API views share, and the API of jobs.

Access is the pages' own: `@access` on the class is enforced by the middleware, selectors take the
viewer, services write. Lists are paged by limit and offset, at most 200 a page.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from police_hr.core import jobs
from police_hr.core.access import Viewer, access
from police_hr.core.days import DayField
from police_hr.core.models import JobRun
from police_hr.core.selectors.jobs import job_list, label_of, may_manage

NUMBERS = r"[0-9]{1,18}"


class Pages(LimitOffsetPagination):
    """`?limit=&offset=`; 50 rows a page unless told, 200 at most."""

    default_limit = 50
    max_limit = 200


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A list and single objects, of those the viewer may see. What is out of scope is 404."""

    pagination_class = Pages
    lookup_value_regex = NUMBERS

    @property
    def viewer(self) -> Viewer:
        found: Viewer = self.request.viewer  # type: ignore[attr-defined]
        return found


class ModelSerializer(serializers.ModelSerializer):
    """DRF's, which also knows days."""

    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, DayField: serializers.DateField}


class FilterSet(django_filters.FilterSet):
    """django-filter's, which also knows days."""

    class Meta:
        filter_overrides = {DayField: {"filter_class": django_filters.DateFilter}}


class JobSerializer(ModelSerializer):
    label = serializers.SerializerMethodField(  # type: ignore[assignment]  # a field of that name, not its label
        help_text="What the job does, in the caller's language."
    )
    percent = serializers.IntegerField(read_only=True)
    created_by = serializers.CharField(source="created_by.name", default="", read_only=True)

    class Meta:
        model = JobRun
        fields = [
            "id", "handler", "label", "state", "created_by", "created_at", "started_at", "finished_at",
            "done", "total", "percent", "message", "error", "result", "attempts",
        ]  # fmt: skip

    def get_label(self, run: JobRun) -> str:
        return label_of(run.handler)


@extend_schema_view(
    list=extend_schema(summary="Jobs: one's own, or all with the right to see them"),
    retrieve=extend_schema(summary="One job with its progress and result"),
)
@access(signed_in=True)
class JobViewSet(ReadViewSet):
    """Background jobs. `?state=open|done|failed|cancelled` and `?handler=` narrow the list."""

    serializer_class = JobSerializer
    queryset = JobRun.objects.none()

    def get_queryset(self) -> QuerySet[JobRun]:
        query = self.request.query_params
        return job_list(self.viewer, state=query.get("state", ""), handler=query.get("handler", ""))

    @extend_schema(summary="Ask a job to stop", request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self._manage(jobs.cancel)

    @extend_schema(summary="Start a failed or cancelled job again", request=None)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        return self._manage(jobs.retry)

    def _manage(self, act: Any) -> Response:
        run = self.get_object()
        if not may_manage(self.viewer, run):
            raise PermissionDenied
        return Response(self.get_serializer(act(run=run, by=self.viewer.user)).data, status=status.HTTP_202_ACCEPTED)


def found_or_404(thing: Any) -> Any:
    """`thing`, or 404 where a selector found nothing that the viewer may see."""
    if thing is None:
        raise Http404
    return thing
