"""Colours as the four inks of a press: flat ones by a formula, pictures by the profile of the press.

What is set in type, ruled or filled gets as few inks as can be: a grey is black alone, any other colour at most two inks and black. So a
press that is a tenth of a millimetre out puts no coloured edge around a letter. Profiles would make the same colours of all four inks.
"""

import io

NEUTRAL = 0.06
"""How far the parts of a colour may lie apart, of 1, for it to be a grey, which is printed in black alone."""
DARK = 0.3
"""Greys up to this brightness, of 1, are solid black: a letter in 80% black is a pattern of dots with ragged edges."""
_QUALITY = 95


def inks(red: float, green: float, blue: float) -> tuple[float, float, float, float]:
    """Return cyan, magenta, yellow and black, each from 0 to 1, for a colour of sRGB, each part from 0 to 1.

    Source: CSS Color Module Level 5, "naively convert from RGB to CMYK" (all that the three colours share goes into black, so that never
    more than 3 inks lie upon each other), but for greys (above).
    """
    parts = [min(max(part, 0.0), 1.0) for part in (red, green, blue)]
    high, low = max(parts), min(parts)
    if high - low <= NEUTRAL:
        return 0.0, 0.0, 0.0, 1.0 if high <= DARK else round(1 - sum(parts) / 3, 3)
    cyan, magenta, yellow = (round((high - part) / high, 3) for part in parts)
    return cyan, magenta, yellow, round(1 - high, 3)


def picture(content: bytes, profile: bytes) -> bytes:
    """Return a picture in the inks of a press, as JPEG; one that has no colours, as it is. What shows through becomes white.

    `profile` is the ICC profile of the press (ICC.1), which the colours are taken over into as far as it can print them (relative to its
    paper, black to black). Raises OSError or ValueError for what is no picture, or no such profile.
    """
    from PIL import Image, ImageCms  # here, because loading them takes time that a command without pictures does not pay

    with Image.open(io.BytesIO(content)) as given:
        if given.mode in ("1", "L", "LA", "CMYK"):
            return content
        seen = given.convert("RGBA")
    whole = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    try:
        press, screen = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        how = ImageCms.Flags.BLACKPOINTCOMPENSATION
        made = ImageCms.profileToProfile(whole, screen, press, ImageCms.Intent.RELATIVE_COLORIMETRIC, "CMYK", flags=how)
    except ImageCms.PyCMSError as error:
        raise ValueError(f"the profile cannot be used: {error}") from error
    if made is None:  # only where it is done in place
        raise ValueError("the profile cannot be used")
    written = io.BytesIO()
    made.save(written, "JPEG", quality=_QUALITY, subsampling=0)
    return written.getvalue()
