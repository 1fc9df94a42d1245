"""Drawn portraits: flat figures in uniform without a face, so that nobody looks like anybody."""

from __future__ import annotations

import io
from functools import cache

WIDTH, HEIGHT = 376, 460
BACKGROUNDS = ("#dfe8f5", "#e9eef4", "#dbe9ec", "#ece8f2")
SKINS = ("#e7c3a0", "#dfb38d", "#efd0b0")
HAIRS = ("#23211f", "#2f2925", "#4a4642", "#8d8a86")
UNIFORM, LAPEL, SHIRT, TIE = "#1c2c48", "#25385a", "#cfdbea", "#14213a"


@cache
def portrait(*, female: bool, number: int, grey: bool) -> bytes:
    """A figure as JPEG, the same for the same arguments; `number` varies ground, skin and hair."""
    from PIL import Image, ImageDraw

    skin = SKINS[number % len(SKINS)]
    hair = HAIRS[-1] if grey else HAIRS[number % (len(HAIRS) - 1)]
    image = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUNDS[number % len(BACKGROUNDS)])
    draw = ImageDraw.Draw(image)
    if female:
        draw.ellipse((100, 66, 276, 300), fill=hair)
    draw.rounded_rectangle((36, 330, 340, 560), radius=92, fill=UNIFORM)
    draw.polygon([(140, 318), (236, 318), (252, 372), (188, 452), (124, 372)], fill=SHIRT)
    draw.polygon([(176, 360), (200, 360), (210, 460), (166, 460)], fill=TIE)
    draw.polygon([(132, 326), (112, 388), (176, 460), (120, 460), (84, 352)], fill=LAPEL)
    draw.polygon([(244, 326), (264, 388), (200, 460), (256, 460), (292, 352)], fill=LAPEL)
    draw.rectangle((158, 250, 218, 336), fill=skin)
    draw.pieslice((158, 306, 218, 364), 0, 180, fill=skin)
    draw.ellipse((114, 92, 262, 288), fill=skin)
    if female:
        draw.chord((108, 70, 268, 232), 180, 360, fill=hair)
        draw.ellipse((96, 130, 134, 262), fill=hair)
        draw.ellipse((242, 130, 280, 262), fill=hair)
    else:
        low = 8 * (number % 3)
        draw.chord((110, 74, 266, 226), 180 + low, 360 - low, fill=hair)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
