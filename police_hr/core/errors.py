"""Errors that people see: their pages, and their form in the API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, which also answers 400 to what our services refuse."""
    if isinstance(error, ValidationError):
        detail = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        error = exceptions.ValidationError(detail)
    return exception_handler(error, context)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    reference = getattr(request, "id", "")
    return render(request, f"errors/{status}.html", {"reference": reference}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def unavailable(request: HttpRequest) -> HttpResponse:
    """What a page must do before it answers could not be done, e.g. write down that it was read."""
    return _page(request, 503)


def too_many(request: HttpRequest) -> HttpResponse:
    """More was asked for within the hour than one person's work explains."""
    return _page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is no longer valid (CSRF_FAILURE_VIEW): says how to save what was typed."""
    return render(request, "errors/csrf.html", {"reference": getattr(request, "id", "")}, status=403)
