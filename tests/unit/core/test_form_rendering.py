"""`{{ form }}`: labels, help and errors next to their field, tied to it for screen readers."""

from __future__ import annotations

from django import forms
from django.utils import translation


class Sample(forms.Form):
    badge = forms.CharField(label="Badge", help_text="Six digits")
    note = forms.CharField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput)
    agree = forms.BooleanField()
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def rendered(form: forms.Form) -> str:
    with translation.override("en"):
        return str(form)


def test_label_help_and_error_belong_to_the_field():
    html = rendered(Sample({"badge": ""}))
    assert '<label for="id_badge">Badge</label>' in html
    assert 'aria-describedby="id_badge_helptext id_badge_error"' in html
    assert 'id="id_badge_helptext"' in html
    assert 'id="id_badge_error"' in html
    assert 'aria-invalid="true"' in html


def test_optional_is_said_and_required_is_not():
    html = rendered(Sample())
    before, after = html.split('for="id_note"')
    assert "ph-optional" not in before
    assert "ph-optional" in after


def test_password_has_an_eye_and_choices_a_legend():
    html = rendered(Sample())
    assert html.count("data-eye") == 1
    assert html.count("<legend>") == 1
    assert 'type="hidden" name="token"' in html


def test_errors_of_the_whole_form_are_an_alert_and_escaped():
    form = Sample({})
    form.add_error(None, "<b>taken</b>")
    html = rendered(form)
    assert '<div role="alert">' in html
    assert "&lt;b&gt;taken" in html
