"""An optimal pairing: of all ways to pair the left with the right, the one of the greatest total likeness.

A pair counts only by a margin: by what the total would lose without it. So two near twins that were both edited are
told apart by all that is known of both, and where nothing tells them apart no pair is made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

Edges = Mapping[tuple[int, int], float]
# Larger groups than this are thinned out by their clear pairs: the work of the exact way doubles with each member.
_LARGEST = 10


def paired(edges: Edges, least: float, margin: float) -> dict[int, int]:
    """Left to right, of the pairs in `edges` those that are alike enough (`least`) and surer than any other way.

    The edges below `least` take part: a pair is not sure while another is nearly as good.
    """
    found: dict[int, int] = {}
    left = dict(edges)
    while left:
        sure: dict[int, int] = {}
        for group in _groups(left):
            sure |= _of_group(group, least, margin)
        if not sure:
            return found
        found |= sure
        gone = set(sure.values())
        left = {pair: score for pair, score in left.items() if pair[0] not in sure and pair[1] not in gone}
    return found


def _of_group(edges: Edges, least: float, margin: float) -> dict[int, int]:
    lefts, rights = {pair[0] for pair in edges}, {pair[1] for pair in edges}
    if len(lefts) > _LARGEST or len(rights) > _LARGEST:
        return _clear(edges, least, margin)
    total, pairs = _best(edges)
    found = {}
    for pair in pairs:
        without = {other: score for other, score in edges.items() if other != pair}
        if edges[pair] >= least and total - _best(without)[0] >= margin:
            found[pair[0]] = pair[1]
    return found


def _clear(edges: Edges, least: float, margin: float) -> dict[int, int]:
    """The pairs that no other pair of either side comes near."""
    best: dict[tuple[str, int], list[float]] = defaultdict(list)
    for (left, right), score in edges.items():
        best["left", left].append(score)
        best["right", right].append(score)

    def stands_out(side: tuple[str, int], score: float) -> bool:
        others = sorted(best[side], reverse=True)
        return others[0] == score and (len(others) == 1 or score - others[1] >= margin)

    return {
        left: right
        for (left, right), score in edges.items()
        if score >= least and stands_out(("left", left), score) and stands_out(("right", right), score)
    }


def _best(edges: Edges) -> tuple[float, tuple[tuple[int, int], ...]]:
    """The greatest total and its pairs; of equal ones the first by position."""
    lefts = sorted({pair[0] for pair in edges})
    places = {right: 1 << place for place, right in enumerate(sorted({pair[1] for pair in edges}))}
    choices: list[Sequence[tuple[int, float]]] = [
        sorted((right, score) for (left, right), score in edges.items() if left == one) for one in lefts
    ]

    @cache
    def best(index: int, taken: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if index == len(lefts):
            return 0.0, ()
        found = best(index + 1, taken)
        for right, score in choices[index]:
            if not taken & places[right]:
                total, pairs = best(index + 1, taken | places[right])
                if total + score > found[0] + 1e-9:
                    found = total + score, ((lefts[index], right), *pairs)
        return found

    return best(0, 0)


def _groups(edges: Edges) -> Iterable[Edges]:
    """The edges that hang together, group by group."""
    home: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        while home.setdefault(node, node) != node:
            home[node] = home[home[node]]
            node = home[node]
        return node

    for left, right in edges:
        home[root(("right", right))] = root(("left", left))
    groups: dict[tuple[str, int], dict[tuple[int, int], float]] = defaultdict(dict)
    for pair, score in edges.items():
        groups[root(("left", pair[0]))][pair] = score
    return groups.values()
