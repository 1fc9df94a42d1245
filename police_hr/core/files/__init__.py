"""The one way in which a file from outside comes in, lies, is handed out and goes away again.

`take_in` judges the bytes (never the name or what the browser says of them) and keeps them under a name of our
own, fsynced before the caller commits its row: so there is never a row without its file. A file whose row did not
come is an orphan, which `sweep` takes away after a day.
"""

from police_hr.core.files.keeping import Kept, forget, is_intact, keep, kept_path, or_forget
from police_hr.core.files.pages import count_pages, draw_page
from police_hr.core.files.recognising import Picture, Sort, recognise
from police_hr.core.files.sending import safe_name, send, tidy_name
from police_hr.core.files.sweeping import register_owner, sweep
from police_hr.core.files.taking import DOCUMENTS, PICTURES, Taken, check, take_in

__all__ = [
    "DOCUMENTS",
    "PICTURES",
    "Kept",
    "Picture",
    "Sort",
    "Taken",
    "check",
    "count_pages",
    "draw_page",
    "forget",
    "is_intact",
    "keep",
    "kept_path",
    "or_forget",
    "recognise",
    "register_owner",
    "safe_name",
    "send",
    "sweep",
    "take_in",
    "tidy_name",
]
