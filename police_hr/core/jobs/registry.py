"""What kinds of job there are, and how a handler says that it cannot go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from police_hr.core.models import JobRun

if TYPE_CHECKING:
    from police_hr.core.jobs.context import JobContext

Handler = Callable[["JobContext"], "Mapping[str, Any] | type[Parked] | None"]


class JobError(Exception):
    """Stops a job for good, with a sentence for the person who started it. Not tried again."""


class LeaseLostError(Exception):
    """Another worker holds the job now, or it was cancelled: stop without a trace."""


class CancelledError(Exception):
    """The job was asked to stop."""


class Parked:
    """Returned by a handler whose shards go on without it.

    When the last shard has ended, the job is given to its handler again, which finishes it; or that shard
    finishes it itself (`finish_parked`). The handler is also called whenever the lease ran out (a lease is
    short, so this is the watch over shards that vanished): it sees that nothing is missing and parks again.
    """


@dataclass(frozen=True)
class JobKind:
    name: str
    label: str | Promise
    run: Handler
    # called in the transaction that stores the failure or the cancelling, with the row as stored
    on_failure: Callable[[JobRun], None] | None = None
    # how often it is run in all where an unexpected fault stops it
    tries: int = 1


kinds: dict[str, JobKind] = {}


def job(
    name: str, *, label: str | Promise, on_failure: Callable[[JobRun], None] | None = None, tries: int = 1
) -> Callable[[Handler], Handler]:
    """Register a function as the handler of jobs named `name` (`app.verb`). With `tries` above 1 an unexpected fault
    is not the end: the job is run again, so many times in all."""

    def register(run: Handler) -> Handler:
        kinds[name] = JobKind(name=name, label=label, run=run, on_failure=on_failure, tries=tries)
        return run

    return register
