"""Pictures of officers: drawn anew at the size of the appointment form, without what cameras write into them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core import audit, files
from police_hr.core.files.keeping import MIB
from police_hr.core.reactions import announce_dossiers
from roster.models import Officer, OfficerPhoto
from roster.selectors.photos import FOLDER, photo_path

if TYPE_CHECKING:
    from police_hr.core.models import User

# a picture of two inches, as one implementation of the form has it (domain/dossier.md §2.1)
WIDTH, HEIGHT = 376, 460
SMALLEST = 90
MOST = 10 * MIB
MOST_PIXELS = 40_000_000
QUALITY = 88


def store_photo(*, officer: Officer, content: File[bytes] | bytes, by: User | None) -> OfficerPhoto:
    """Store a picture of `officer`: turned upright, at most 376 × 460 pixels, JPEG, without metadata.

    The same picture again changes nothing and gives the row that is there. Raises ValidationError, with a sentence,
    for what is no JPEG or PNG, too large, too small, damaged, and where the disk is full.
    """
    data, _picture = files.check(content, allowed=files.PICTURES, most=MOST, most_pixels=MOST_PIXELS)
    drawn, size = draw(data)
    kept = files.keep([drawn], folder=FOLDER, most=MOST)
    with files.or_forget(kept, FOLDER), transaction.atomic():
        Officer.objects.select_for_update().filter(pk=officer.pk).first()
        shown = OfficerPhoto.objects.filter(officer=officer, withdrawn_at=None).order_by("-pk").first()
        if shown is not None and shown.sha256 == kept.sha256 and photo_path(shown).is_file():
            files.forget(kept.path, FOLDER)
            return shown
        photo = OfficerPhoto.objects.create(
            officer=officer,
            file=kept.path,
            sha256=kept.sha256,
            size=kept.size,
            width=size[0],
            height=size[1],
            stored_by=by,
        )
        _record(photo, "photo.store", by)
    return photo


def withdraw_photo(*, photo: OfficerPhoto, by: User | None) -> OfficerPhoto:
    """Take a picture back: the one before it is shown again. Repeating it changes nothing."""
    with transaction.atomic():
        if OfficerPhoto.objects.filter(pk=photo.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
            _record(photo, "photo.withdraw", by)
    photo.refresh_from_db()
    return photo


def draw(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """A checked JPEG or PNG as the JPEG we keep, and its width and height. Raises ValidationError for a damaged one."""
    from PIL import Image, ImageOps  # a web worker pays for it only when a picture comes

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as image:
            if min(image.size) < SMALLEST:
                raise ValidationError(
                    _("The picture is too small to recognise anybody: it needs %(least)d pixels each way."),
                    code="small",
                    params={"least": SMALLEST},
                )
            # a JPEG is decoded at the nearest smaller size: a fraction of the memory
            image.draft("RGB", (2 * WIDTH, 2 * HEIGHT))
            upright = ImageOps.exif_transpose(image)
            flat = Image.new("RGB", upright.size, "white")
            has_alpha = upright.mode in {"LA", "PA", "RGBA", "P"}
            layer = upright.convert("RGBA" if has_alpha else "RGB")
            flat.paste(layer, mask=layer.getchannel("A") if has_alpha else None)
            flat.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("The picture is damaged and cannot be shown. Save it anew as JPEG."), code="damaged"
        ) from error
    return out.getvalue(), flat.size


def _record(photo: OfficerPhoto, action: str, by: User | None) -> None:
    announce_dossiers([photo.officer_id])
    audit.record(
        by=by,
        action=action,
        object_type="officer",
        object_id=photo.officer_id,
        officer_id=photo.officer_id,
        details={"photo": photo.pk, "sha256": photo.sha256},
    )
