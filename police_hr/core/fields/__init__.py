"""Field types: what a ledger kind, a talk, a patrol item or an application form is made of.

A *field spec* is a dict (`spec.FieldSpec`); a *field list* is a list of specs; a *payload* is the dict of
JSON values that a person filled in. The types are fixed (`types.TYPES`); the lists are data.

* `validate_field_list(specs)`: is this list itself sound? Raises `ValidationError` naming field and fault.
* `FieldList(specs)`: the list ready for use; build it once and clean many payloads with it.
* `clean_payload`, `describe`, `build_form`, `json_schema`: the same for a single use.
* `register_resolver`, `register_code_tables`: apps above say here how an id gets a name.
"""

from police_hr.core.fields.forms import PayloadForm, build_form
from police_hr.core.fields.payload import FieldList, clean_payload, describe, json_schema
from police_hr.core.fields.registry import Names, clear_code_table_cache, register_code_tables, register_resolver
from police_hr.core.fields.spec import FieldSpec, validate_field_list
from police_hr.core.fields.types import TYPES

__all__ = [
    "TYPES",
    "FieldList",
    "FieldSpec",
    "Names",
    "PayloadForm",
    "build_form",
    "clean_payload",
    "clear_code_table_cache",
    "describe",
    "json_schema",
    "register_code_tables",
    "register_resolver",
    "validate_field_list",
]
