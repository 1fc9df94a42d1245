"""Several files of one kind as one: what a batch keeps is a single file."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from police_hr.core.files.keeping import CHUNK
from roster.importing.appointment.archive import ENDING, MOST_FILES

IN_MEMORY = 8 * 1024 * 1024


@contextmanager
def packed(files: Iterable[tuple[str, IO[bytes]]]) -> Iterator[IO[bytes]]:
    """A zip of `files` (name, content), numbered so that two of one name both stay. Raises ValidationError for what
    is no exchange file, and for too many of them. Each is closed once it is in."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as archive:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as into:
            for number, (name, file) in enumerate(files, 1):
                if not name.lower().endswith(ENDING):
                    raise ValidationError(
                        _("“%(name)s” is no .lrmx file. Choose exchange files, or one zip of them.") % {"name": name}
                    )
                if number > MOST_FILES:
                    raise ValidationError(_("At most %(most)d files at once.") % {"most": MOST_FILES})
                with file, into.open(f"{number:04d}/{name}", "w") as entry:
                    while chunk := file.read(CHUNK):
                        entry.write(chunk)
        archive.seek(0)
        yield archive


def name_of(names: Sequence[str]) -> str:
    """How the batch is called: the first file and how many more."""
    return _("%(first)s and %(more)d more.zip") % {"first": names[0], "more": len(names) - 1}
