"""Guardrails on prompts and answers: masks secrets and personal data, refuses prompt injection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from .errors import GatewayError
from .reading import LABELS, MEDIA

_SECRETS = {
    "private key": r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
    "AWS key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "token": r"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}\b"
    r"|\bglpat-[A-Za-z0-9_-]{20,64}\b|\bxox[abprs]-[A-Za-z0-9-]{10,200}\b|\bAIza[A-Za-z0-9_-]{35}\b"
    r"|\bsk-[A-Za-z0-9_-]{20,200}\b|\b(?:sk|rk)_live_[A-Za-z0-9]{16,200}\b|\bnpm_[A-Za-z0-9]{36}\b",
    "JWT": r"\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,1000}\b",
}
_PII = {
    "email": r"\b[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b",
    "IBAN": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
    "card": r"(?<![\d-])(?<!\d\.)\d(?:[ -]?\d){12,18}(?!-|\d|\.\d)",
    "SSN": r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])",
    "phone": r"(?<![\w.+-])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?![\w-])",
}
_INJECTION = regex.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|all|your|system)\b"
    r"[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|directions?|guardrails?|polic(?:y|ies))\b"
    r"|\b(?:reveal|print|repeat|show|output|tell me)\b[^.\n]{0,30}\b(?:your|the)\b[^.\n]{0,20}"
    r"\b(?:system prompt|hidden prompt|initial instructions?|system message)\b"
    r"|\byou are (?:now )?(?:DAN|in developer mode|jailbroken)\b|\bdo anything now\b"
    r"|<\|(?:im_start|im_end|system|endoftext)\|>|\[/?INST\]|<<SYS>>",
    regex.IGNORECASE,
)

_SEPARATORS = 2
"""The most characters between two groups of digits, after which a find may still go on."""

_OPEN_KEY = regex.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?![\s\S]*-----END[^-]{0,40}-----)")


_LONG = 200
"""Characters from which it costs less to look for each kind alone, by its own characters, before all at each place."""


class Masker:
    """Masks secrets, personal data, or both, by patterns."""

    def __init__(self, *kinds: Mapping[str, str]) -> None:
        patterns = {name: pattern for kind in kinds for name, pattern in kind.items()}
        self._names = list(patterns)
        self._each = [regex.compile(pattern) for pattern in patterns.values()]
        self._pattern = regex.compile(
            "|".join(f"(?P<k{index}>{pattern})" for index, pattern in enumerate(patterns.values()))
        )

    def mask(self, text: str) -> str:
        """The text with each find as its kind in brackets."""
        if len(text) > _LONG and not any(one.search(text, concurrent=True) for one in self._each):
            return text
        return str(self._pattern.sub(self._shown, text, concurrent=True))

    def _shown(self, match: regex.Match[str]) -> str:
        kind = self._names[int(str(match.lastgroup)[1:])]
        found = match.group()
        if (kind == "card" and not _luhn(found)) or (kind == "IBAN" and not _iban(found)):
            return str(found)
        return f"[{kind}]"

    def split(self, text: str) -> int:
        """How much of a text that goes on is safe to show: up to where something may begin that isn't whole yet."""
        key = _OPEN_KEY.search(text)
        if key is not None:
            return int(key.start())
        for match in self._pattern.finditer(text, partial=True):
            if match.end() >= len(text) - _SEPARATORS:
                return int(match.start())
        return len(text)


def _luhn(found: str) -> bool:
    digits = [int(one) for one in found if one.isdigit()][::-1]
    return (sum(digits[0::2]) + sum(sum(divmod(2 * one, 10)) for one in digits[1::2])) % 10 == 0


def _iban(found: str) -> bool:
    compact = found.replace(" ", "")
    return int("".join(str(int(one, 36)) for one in compact[4:] + compact[:4])) % 97 == 1


_MASKERS = {
    (True, True): Masker(_SECRETS, _PII),
    (True, False): Masker(_SECRETS),
    (False, True): Masker(_PII),
}


def prompt_masker(guardrails: Mapping[str, str]) -> Masker | None:
    """What is masked in prompts on a route."""
    return _MASKERS.get((guardrails.get("secrets") == "mask", guardrails.get("pii") == "mask"))


def output_masker(guardrails: Mapping[str, str]) -> Masker | None:
    """What is masked in answers on a route: everything, or nothing."""
    return _MASKERS[True, True] if guardrails.get("output") == "mask" else None


def masked(value: Any, masker: Masker) -> Any:
    """The same value with every text in it masked; names, roles and media stay."""
    if isinstance(value, str):
        return masker.mask(value)
    if isinstance(value, list):
        return [masked(inner, masker) for inner in value]
    if isinstance(value, dict):
        return {
            name: inner if name in (*LABELS, *MEDIA, "name") else masked(inner, masker)
            for name, inner in value.items()
        }
    return value


def refuse_injection(text: str) -> None:
    """
    Raises `content_filtered` for well-known words with which prompts are overridden. It stops copied attacks, not a
    patient attacker: what a model must not do belongs in what its tools may do.
    """
    if _INJECTION.search(text, concurrent=True):
        raise GatewayError("content_filtered", "The prompt looks like an attempt to override instructions.")


class StreamMasker:
    """Masks a text that arrives in pieces, and holds back what may become a match."""

    _LONGEST = 16_384

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._held = ""

    def feed(self, piece: str) -> str:
        """What of the text so far may be shown."""
        text = self._held + piece
        safe = self._masker.split(text)
        if len(text) - safe > self._LONGEST:
            safe = len(text)
        self._held = text[safe:]
        return self._masker.mask(text[:safe])

    def end(self) -> str:
        """The rest, once nothing follows."""
        text, self._held = self._held, ""
        return self._masker.mask(text)
