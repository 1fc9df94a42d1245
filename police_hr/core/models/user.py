"""The account. People sign in with their badge number."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from police_hr.core.roles import ADMINISTRATORS


class UserManager(BaseUserManager["User"]):
    def create_user(self, badge_no: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(badge_no=badge_no.strip().upper(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, badge_no: str, password: str | None = None, **fields: Any) -> User:
        """`manage.py createsuperuser` makes the first system administrator; there is no superuser."""
        return self.create_user(badge_no, password, admin_role="system_admin", **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(badge_no=(username or "").strip().upper())


class User(AbstractBaseUser):
    """An account: badge number, name, at most one administrator role, perhaps an officer.

    Roles over units are grants in `roster.access`. One column holds the administrator role, so no
    account can hold two of the three; the check constraint keeps the column to the three.
    """

    badge_no = models.CharField(_("badge number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    admin_role = models.CharField(_("administrator role"), max_length=20, blank=True, default="")
    # The officer this account belongs to: a number, not a key, because roster stands above core.
    officer_number = models.BigIntegerField(_("officer"), null=True, blank=True, unique=True)
    must_change_password = models.BooleanField(_("must change the password"), default=True)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True)
    # Written with the device by core.services.one_time_code only, so that a request asks no second table.
    has_one_time_code = models.BooleanField(_("one-time code set up"), default=False)
    totp_waived = models.BooleanField(_("demonstration account without one-time code"), default=False)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    # Written by core.notices only, so that no page asks a second table for the number beside the bell.
    unread_notices = models.PositiveIntegerField(_("unread notices"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "badge_no"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                name="core_user_one_administrator_role",
                condition=Q(admin_role="") | Q(admin_role__in=ADMINISTRATORS),
            ),
            models.CheckConstraint(
                name="core_user_administrator_is_no_officer",
                condition=Q(admin_role="") | Q(officer_number__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.badge_no}"

    @property
    def needs_one_time_code(self) -> bool:
        """Administrators must use a one-time code; others may set one up and then must use it."""
        return (bool(self.admin_role) and not self.totp_waived) or self.has_one_time_code
