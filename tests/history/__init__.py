"""The judge of the promise that no review is lost: decks are edited at random, built, and imported into a real Anki.

`world` is a deck as its author has it in mind, with the truth that no tool sees: which note is which. `words` and
`supply` write its text. `texts`, `attributes`, `places` and `deletions` edit it, `real` has decks of real notes and
what people do to such, `edits` lists them all, `claims` is what each promises. `workshop` builds a deck as its author
does, who settles what is doubtful; `life` is what befalls it (`packing` reads it back, `merging` and `upgrade` help).
`learner` holds a real Anki collection and compares it before and after each import, `seats` lays that at the door of
the edits, `rivals` build the same notes as other tools do, `report` and `table` count.
"""
