"""Formulas in a line of plain letters, as bookmarks and lists of contents have them."""

from __future__ import annotations

import pytest

from generator.formula_words import in_html, words
from generator.model import FORMULA


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"x_1 + \frac{a}{b}", "x₁ + a/b"),
        (r"E=mc^2", "E = mc²"),
        (r"\int_0^\infty e^{-x^2}\,dx", "∫₀^∞ e^(−x²) dx"),
        (r"\sum_{i=1}^n i", "∑ᵢ₌₁ⁿ i"),
        (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", "(a, b; c, d)"),
        (r"\binom{n}{k}", "(n over k)"),
        (r"\vec{x}\cdot\hat{y}", "x⃗ · ŷ"),
        (r"O(n \log n)", "O(n log n)"),
        (r"\alpha \le \beta", "α ≤ β"),
        (r"\sqrt{a+b}", "√(a + b)"),
        (r"\sqrt[3]{x}", "³√x"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"P(A|B) = \frac{P(B|A)P(A)}{P(B)}", "P(A|B) = (P(B|A)P(A))/(P(B))"),
        (r"f'(x)", "f′(x)"),
        (r"\text{if }x>0", "if x > 0"),
        (r"\lim_{x \to 0} \frac{\sin x}{x}", "lim_(x→0)(sin x)/x"),
        (r"a_{ij}", "aᵢⱼ"),
        (r"-1", "−1"),
        (r"\{1, 2\}", "{1, 2}"),
        (r"\overline{x}", "x̄"),
        (r"x^{n+1}", "x^(n + 1)"),
        (r"50\%", "50%"),
        (r"\neg p \land q", "¬p ∧ q"),
        (r"A^T A", "A^T A"),
        (r"\frac{", r"\frac{"),
        (r"", ""),
    ],
)
def test_a_formula_reads_well_in_a_line(tex: str, said: str) -> None:
    assert words(tex) == said


def test_only_set_formulas_of_a_text_are_said() -> None:
    picture = f'<img class="tex" src="media:f.svg" alt="{FORMULA}a &lt; b_1" style="width:1em">'
    assert in_html(f"<p>Is {picture}?</p>") == "<p>Is a &lt; b₁?</p>"
    assert in_html('<p><img src="media:x.png" alt="$x$"></p>') == '<p><img src="media:x.png" alt="$x$"></p>'
