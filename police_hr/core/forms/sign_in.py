"""Forms of signing in and of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.validators import RegexValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from police_hr.core.models import User

# A longer password only costs time to hash; Django's own limit is the same.
LONGEST_PASSWORD = 128
CODE_WIDGET = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "maxlength": 6,
    "autofocus": True,
}


def _password(label: Any, autocomplete: str, **attributes: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete} | attributes),
    )


class PasswordStep(forms.Form):
    """Badge number and password."""

    badge_no = forms.CharField(
        label=_("Badge number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "characters", "autofocus": True}),
    )
    password = _password(_("Password"), "current-password")


class CodeStep(forms.Form):
    """Six digits from the authenticator."""

    code = forms.CharField(
        label=_("6-digit code"),
        validators=[RegexValidator(r"\A[0-9]{6}\Z", _("A code has 6 digits."))],
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )


class BackupCodeStep(forms.Form):
    """One of the ten codes on paper."""

    code = forms.CharField(
        label=_("Backup code"),
        max_length=20,
        help_text=_("10 letters and digits, from the paper you printed when you set up the one-time code"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )


class PasswordChange(forms.Form):
    """The present password and, twice, a new one that keeps the rules."""

    old_password = _password(_("Present password"), "current-password", autofocus=True)
    new_password = _password(_("New password"), "new-password")
    again = _password(_("New password once more"), "new-password")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        rules = password_validators_help_texts()
        self.fields["new_password"].help_text = format_lazy("{}" + " {}" * (len(rules) - 1), *rules)

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your present password."))
        return password

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        new = cleaned.get("new_password")
        if new and cleaned.get("again") is not None and new != cleaned["again"]:
            self.add_error("again", _("The two new passwords differ."))
        if new and new == cleaned.get("old_password"):
            self.add_error("new_password", _("The new password is the old one."))
        return cleaned


class PresentPassword(forms.Form):
    """The present password, asked again before something that weakens the account."""

    password = _password(_("Present password"), "current-password")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your present password."))
        return password
