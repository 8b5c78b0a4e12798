"""The README's picture of cards: front and back of one, by day and by night.

`python cards.py DECK.apkg OUT.png [WORDS]`. The deck is imported by Anki's own library and its cards are rendered by
it, so the picture shows what learners see. WORDS choose the card: the first whose front has them; without any it is the
card that shows most kinds of things.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageChops

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.cards_support import card_page, chromium, collection, import_deck, sides

_WIDTH, _HEIGHT, _SCALE, _MARGIN = 840, 900, 2, 24
_CANVAS = {False: (239, 236, 229), True: (21, 23, 26)}
# What makes a card worth showing, in markup.
_KINDS = (
    "<pre",
    "<ul>",
    "<ol>",
    "<table",
    "<code",
    'class="topic"',
    'class="sources"',
    "<strong>",
    'class="nf"',
    'class="s',
)


def card_picture(package: bytes, words: str) -> Image.Image:
    """Front above back, light beside night."""
    with collection() as opened:
        import_deck(opened, package)
        chosen = _chosen(sides(opened), words)
        folder = Path(opened.media.dir())
        columns = [
            _column([_shot(folder, side, night=night) for side in chosen], night=night) for night in (False, True)
        ]
    height = max(column.height for column in columns)
    picture = Image.new("RGB", (sum(column.width for column in columns), height))
    place = 0
    for column, night in zip(columns, (False, True), strict=True):
        picture.paste(_CANVAS[night], (place, 0, place + column.width, height))
        picture.paste(column, (place, 0))
        place += column.width
    return picture


def _chosen(cards: list[tuple[str, str]], words: str) -> tuple[str, str]:
    if words:
        return next(card for card in cards if words in card[0])
    fitting = [card for card in cards if 900 < len(card[1].split("</style>")[-1]) < 3500]
    return max(fitting or cards, key=lambda card: sum(kind in card[1].split("</style>")[-1] for kind in _KINDS))


def _shot(folder: Path, side: str, *, night: bool) -> Image.Image:
    """One side as Chromium shows it, cut off left and right of the sheet and below it."""
    page, shot = folder / "page.html", folder / "shot.png"
    page.write_text(card_page(side, night=night), encoding="utf-8")
    chromium(
        f"--screenshot={shot}",
        f"--window-size={_WIDTH},{_HEIGHT}",
        f"--force-device-scale-factor={_SCALE}",
        page.as_uri(),
    )
    with Image.open(shot) as opened:
        picture = opened.convert("RGB")
    ground = Image.new("RGB", picture.size, _CANVAS[night])
    box = ImageChops.difference(picture, ground).getbbox() or (0, 0, *picture.size)
    margin = _MARGIN * _SCALE
    return picture.crop((box[0] - margin, 0, box[2] + margin, min(picture.height, box[3])))


def _column(shots: list[Image.Image], *, night: bool) -> Image.Image:
    margin = _MARGIN * _SCALE
    column = Image.new("RGB", (shots[0].width, sum(shot.height for shot in shots) + margin), _CANVAS[night])
    place = 0
    for shot in shots:
        column.paste(shot, (0, place))
        place += shot.height
    return column


if __name__ == "__main__":
    deck, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.parent.mkdir(parents=True, exist_ok=True)
    card_picture(deck.read_bytes(), " ".join(sys.argv[3:])).save(target, optimize=True)
