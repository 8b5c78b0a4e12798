"""Whether a line asks something: what people write as a question, with or without its mark."""

from __future__ import annotations

import re

_END_MARK = re.compile(r"[?？؟⁇][\W_]*$")
# Words that begin a question or a task put to a candidate. Only whole first words count.
_OPENERS = re.compile(
    r"""[\W_]*(?:
      (?:what|which|who|whom|whose|when|where|why|how|what's|what’s|who's|how's|where's)\b
    | (?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|may|must)\s+(?:a|an|the|it|there|you|we|i|this|that|your|one)\b
    | (?:explain|describe|discuss|compare|contrast|define|differentiate|distinguish|elaborate|outline|tell\ (?:me|us))\b
    | (?:list|name|give|state|mention|write|implement|design|show|prove|suppose|consider|difference)\s+\w+
    | (?:was|wer|wie|wann|wo|warum|wieso|welche[rsmn]?|erkläre|nenne|beschreibe)\b
    | (?:qué|cuál|cuáles|cómo|cuándo|dónde|quién|explica|explique|describa|defina)\b
    | (?:o\ que|qual|quais|como|quando|onde|por\ que|quem|explique|descreva)\b
    | (?:qu'est|qu’est|quel(?:le)?s?|comment|pourquoi|quand|combien|expliquez|décrivez)\b
    | (?:что|как|какой|какая|какие|какое|почему|зачем|когда|где|чем|кто|объясните|опишите|расскажите)\b
    | (?:什么是|什么|为什么|如何|怎么|怎样|哪些|请|解释|简述|何が|なぜ|どう)
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def asks(text: str) -> bool:
    """Whether the text reads as a question or as a task."""
    return bool(_END_MARK.search(text) or _OPENERS.match(text))
