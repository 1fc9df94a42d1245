"""What happened in the ledger, for those above who react: the outbox and each consumer's cursor."""

from __future__ import annotations

from django.db import models


class LedgerChange(models.Model):
    """One change of the ledger, written in the transaction that made it.

    A single entry (`entry_number`, `officer_number`), a change of what a dossier holds besides the ledger
    (`dossier`, `officer_number`) or, when an import batch is flipped, the whole batch (`batch_number`).
    Numbers, not keys: roster stands above core.
    """

    class Action(models.TextChoices):
        ADDED = "added"
        CLOSED = "closed"
        VOIDED = "voided"
        BATCH_SHOWN = "batch_shown"
        BATCH_HIDDEN = "batch_hidden"
        DOSSIER = "dossier"
        # `officer_number` is the dossier that ended in another
        MERGED = "merged"

    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=12, choices=Action.choices)
    kind_code = models.CharField(max_length=40, blank=True)
    officer_number = models.BigIntegerField(null=True)
    entry_number = models.BigIntegerField(null=True)
    batch_number = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.action} {self.kind_code}"


class ConsumerCursor(models.Model):
    """How far a consumer of `LedgerChange` has come."""

    name = models.CharField(max_length=60, unique=True)
    position = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} @ {self.position}"
