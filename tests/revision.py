"""Record that the card templates changed, so that Anki takes them at the next import: `make revision`.

Anki replaces a note type's templates and CSS only by ones with a newer `mod`; a test compares the digest that is kept
beside it with the templates as they are.
"""

from __future__ import annotations

import re
import time

from generator import anki, resources


def main() -> None:
    file = resources.root() / "anki" / "revision.toml"
    mod, digest = anki.revision()
    if digest == anki.templates_digest():
        print(f"{file.name} is that of the templates")
        return
    newer = max(int(time.time()), mod + 1)
    text = re.sub(r"(?m)^mod = \d+$", f"mod = {newer}", file.read_text(encoding="utf-8"))
    text = re.sub(r'(?m)^digest = ".*"$', f'digest = "{anki.templates_digest()}"', text)
    file.write_text(text, encoding="utf-8")
    print(f"{file.name}: mod = {newer}")


if __name__ == "__main__":
    main()
