"""QR codes, drawn into the page: black on white in light and dark, for a camera reads no other."""

import segno
from markupsafe import Markup


def qr_code(text: str, *, label: str) -> Markup:
    """The code of a text as inline SVG, as wide as its box, with a label for who cannot see it."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=3, omitsize=True, svgclass=None, lineclass=None
    )
    # drawn by the library: the text is in the squares
    return Markup('<div class="qr" role="img" aria-label="{}">{}</div>').format(label, Markup(drawn))  # noqa: S704
