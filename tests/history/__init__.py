"""The judge of the promise that no review is lost: decks are edited at random, built, and imported into a real Anki.

`world` is a deck as its author has it in mind, with the truth that no tool sees: which note is which. `words` and
`supply` write its text. `texts`, `places` and `deletions` edit it, `edits` lists them, `claims` is what each promises.
`life` builds one deck again and again (`packing` reads it back, `merging` and `upgrade` are what befalls it), `learner`
holds a real Anki collection and compares it before and after each import, `rivals` build the same notes as other tools
do, `report` and `table` count.
"""
