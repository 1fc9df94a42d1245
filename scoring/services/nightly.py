"""What happens every night without anybody asking."""

from __future__ import annotations

from django.utils import timezone

from scoring.models import IndexRun
from scoring.selectors.models import default_version
from scoring.services.models import activate_due
from scoring.services.runs import create_run
from scoring.services.standing import expire_proposals


def start() -> IndexRun | None:
    """Put approved versions in use whose day has come, and run the default model as of today; None where no model is
    installed. Called twice it starts one run."""
    activate_due()
    version = default_version()
    if version is None:
        return None
    today = timezone.localdate()
    already = IndexRun.objects.filter(version=version, as_of=today, created_by=None, replay=False).exclude(
        state__in=[IndexRun.State.FAILED, IndexRun.State.PARTIAL]
    )
    return already.first() or create_run(version=version, as_of=today, by=None)


def expire() -> int:
    """Let proposals lapse that nobody decided in time."""
    return expire_proposals()
