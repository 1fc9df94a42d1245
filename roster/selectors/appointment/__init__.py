"""The appointment form (干部任免审批表) of officers, put together from the dossier as its viewer may see it."""

from roster.selectors.appointment.composing import (
    APPRAISALS,
    FAMILY,
    PERSONAL,
    SANCTIONS,
    Form,
    appointment_form,
    appointment_forms,
)
from roster.selectors.appointment.gathering import current_form, forms_of

__all__ = [
    "APPRAISALS",
    "FAMILY",
    "PERSONAL",
    "SANCTIONS",
    "Form",
    "appointment_form",
    "appointment_forms",
    "current_form",
    "forms_of",
]
