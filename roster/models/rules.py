"""Conditions that may not stand in an address."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptRules(models.Model):
    """Conditions of the officer list on sensitive facts, under a token that its address holds in their place.

    They are their owner's alone: somebody else must write down a reason of their own. `rules` are the pairs of
    `roster.selectors.rules`.
    """

    token = models.CharField(max_length=32, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    rules = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("kept conditions")
        verbose_name_plural = _("kept conditions")

    def __str__(self) -> str:
        return self.token
