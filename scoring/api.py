"""Index runs and scores in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from police_hr.core.access import access
from police_hr.core.api import FilterSet, ModelSerializer, ReadViewSet, found_or_404
from police_hr.core.roles import Permission
from roster.access import officers_visible_to
from scoring.models import CurrentScore, IndexModel, IndexRun
from scoring.selectors.models import active_version
from scoring.services.runs import create_run


class RunSerializer(ModelSerializer):
    model = serializers.CharField(source="version.model.code", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)

    class Meta:
        model = IndexRun
        fields = [
            "id", "model", "version", "as_of", "state", "job", "previous", "counts", "digest", "replay",
            "created_at", "finished_at",
        ]  # fmt: skip


class RunFilter(FilterSet):
    class Meta(FilterSet.Meta):
        model = IndexRun
        fields = ["state", "as_of", "replay"]


class NewRunSerializer(serializers.Serializer[Any]):
    model = serializers.SlugRelatedField(slug_field="code", queryset=IndexModel.objects.all())
    as_of = serializers.DateField(help_text="A past day is a replay: it moves no current score.")


@extend_schema_view(list=extend_schema(summary="Index runs, newest first"), retrieve=extend_schema(summary="One run"))
@access("model.view", write="index.run")
class RunViewSet(ReadViewSet):
    """Runs of an index over the whole force."""

    serializer_class = RunSerializer
    queryset = IndexRun.objects.none()
    filterset_class = RunFilter

    def get_queryset(self) -> QuerySet[IndexRun]:
        return IndexRun.objects.select_related("version__model").order_by("-pk")

    @extend_schema(summary="Ask for a run", request=NewRunSerializer, responses={202: RunSerializer})
    def create(self, request: Request) -> Response:
        asked = NewRunSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        version = found_or_404(active_version(asked.validated_data["model"].code))
        run = create_run(version=version, as_of=asked.validated_data["as_of"], by=self.viewer.user)
        return Response(RunSerializer(run).data, status=status.HTTP_202_ACCEPTED)


class ScoreSerializer(ModelSerializer):
    """Points are whole hundredths: 4007 is 40.07."""

    id = serializers.IntegerField(source="pk", read_only=True)

    class Meta:
        model = CurrentScore
        fields = [
            "id", "officer", "as_of", "index", "risk", "care", "credit", "tier", "tier_class", "confirmed_tier",
            "coverage", "change_30", "reason", "top",
        ]  # fmt: skip


@extend_schema_view(
    list=extend_schema(summary="Current scores within one's scope, highest first"),
    retrieve=extend_schema(summary="The current score of one officer (id of the officer)"),
)
@access("model.view")
class ScoreViewSet(ReadViewSet):
    """Current scores under the model that stands on dossiers; for those who see both parts of the index."""

    serializer_class = ScoreSerializer
    queryset = CurrentScore.objects.none()
    filterset_fields = ["tier", "confirmed_tier"]

    def get_queryset(self) -> QuerySet[CurrentScore]:
        officers = officers_visible_to(self.viewer, Permission.CARE_VIEW)
        return CurrentScore.objects.filter(officer__in=officers.values("pk")).order_by("-index", "officer")
