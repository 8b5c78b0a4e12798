"""`python -m generator` is `deckpress`."""

from generator.cli import main

main(prog_name="deckpress")
