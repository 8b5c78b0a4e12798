"""Deckpress: questions and answers in Markdown become an Anki deck and a print pack."""

__version__ = "0.1.0"
