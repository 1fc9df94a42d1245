"""The harness itself: tests with real transactions leave nothing behind, not even in insert-only tables."""

from __future__ import annotations

import pytest
from django.db import transaction

from police_hr.core import audit
from police_hr.core.models import AuditEvent


@pytest.mark.parametrize("round_", [1, 2])
def test_the_insert_only_trail_is_empty_for_each_test(transactional_db, round_):
    assert AuditEvent.objects.count() == 0
    with transaction.atomic():
        audit.record(by=None, action="test.made")
