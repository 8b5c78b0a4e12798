"""The calibration sheet: two sheets of paper that show how a printer turns, stacks and sets off what it prints."""

from __future__ import annotations

from generator.print_model import Sheet, Signature
from generator.print_settings import PAPERS
from generator.sheets import common

TITLE = "Calibration sheet"
# How a printer may turn paper by itself, and the PDF's word for it.
FLIPS = {"long-edge": "DuplexFlipLongEdge", "short-edge": "DuplexFlipShortEdge"}

# Distance of the corners' scales from the paper's edges, millimetres, and the pitch of the scales of each face: ten
# divisions of one are nine of the other's, so that the two lines which meet tell tenths.
_CORNER = 32.0
_PITCHES = {"front": 1.0, "back": 0.9}


def calibration(paper: str, flip: str) -> Sheet:
    """The sheet for this paper, of `PAPERS`, and a printer that turns it so, of `FLIPS`: front and back by turns."""
    width, height = PAPERS[paper]
    html = common.render(
        "calibration.html",
        title=TITLE,
        paper=paper,
        flip=flip,
        other=next(name for name in FLIPS if name != flip),
        width=width,
        height=height,
        small=width < min(PAPERS["A4"][0], PAPERS["Letter"][0]),
        pitches=_PITCHES,
        targets=[
            (width / 2, height / 2),
            *((x, y) for y in (_CORNER, height - _CORNER) for x in (_CORNER, width - _CORNER)),
        ],
    )
    return Sheet("calibration", TITLE, "en", (Signature(TITLE, html),), {}, (), duplex=FLIPS[flip])
