"""The texts of a stream: each choice's text so far, and the part of it that may be sent."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from .guardrails import Masker, StreamMasker, masked

_TEXTS = ("content", "reasoning_content", "refusal", "text")


class StreamTexts:
    """Takes the pieces of a stream and gives those that the caller sees."""

    def __init__(self, masker: Masker | None) -> None:
        self._masker = masker
        self._channels: dict[str, tuple[StreamMasker, dict[str, Any], list[str | int]]] = {}
        self.first: dict[str, Any] = {}
        self.said = ""
        """The text of the first choice so far."""
        self.characters = 0
        """Of all choices."""
        self.plain = True
        self.finish: str | None = None

    @property
    def empty(self) -> bool:
        """Whether a stream of choices said nothing. LiteLLM gives even what isn't a stream an end."""
        return self.plain and not self.said

    def take(self, piece: dict[str, Any]) -> list[dict[str, Any]]:
        """The parts of a chunk to send, preceded by text that was held back."""
        self._same_head(piece)
        shown: list[dict[str, Any]] = []
        said = held = False
        for path, text in list(_places(piece)):
            self._say(piece, path, text)
            if self._masker is None or not text:
                continue
            said = True
            name = "/".join(map(str, path)) + str(piece.get("item_id", "")) + _tool(piece, path)
            masker = self._channels[name][0] if name in self._channels else StreamMasker(self._masker)
            self._channels[name] = (masker, piece, path)
            now = masker.feed(text)
            held = held or not now
            _put(piece, path, now)
        if self._masker is not None and _ends(piece):
            shown += self.end(_ended_choices(piece))
            piece = (
                masked(piece, self._masker) if str(piece.get("type", "")).startswith("response.") else piece
            )
        # A piece whose text is all held back would say nothing.
        return shown if said and held and _silent(piece) else [*shown, piece]

    def end(self, ended: set[int] | None = None) -> list[dict[str, Any]]:
        """What was held back: of the choices that have ended, or everything."""
        shown = []
        for name, (masker, piece, path) in list(self._channels.items()):
            if ended is not None and path[0] == "choices" and _choice(piece, path) not in ended:
                continue
            del self._channels[name]
            rest = masker.end()
            if rest:
                last = copy.deepcopy(piece)
                for other, _ in list(_places(last)):
                    _put(last, other, "")
                for choice in last.get("choices", []):
                    choice["finish_reason"] = None
                _put(last, path, rest)
                last.pop("usage", None)
                shown.append(last)
        return shown

    def _same_head(self, piece: dict[str, Any]) -> None:
        """A stream that goes on with another model keeps its id."""
        if "choices" not in piece:
            self.plain = False
            return
        self.first = self.first or {name: piece[name] for name in ("id", "created", "model") if name in piece}
        piece.update(self.first)
        for choice in piece["choices"]:
            self.finish = choice.get("finish_reason") or self.finish

    def _say(self, piece: dict[str, Any], path: list[str | int], text: str) -> None:
        self.characters += len(text)
        if path[0] == "choices" and path[-1] in ("content", "text") and _choice(piece, path) == 0:
            self.said += text
        elif text:
            self.plain = False


def _places(piece: dict[str, Any]) -> Iterator[tuple[list[str | int], str]]:
    """Where a piece has texts that go on in the next one."""
    for index, choice in enumerate(piece.get("choices") or []):
        if isinstance(choice.get("text"), str):
            yield ["choices", index, "text"], choice["text"]
        delta = choice.get("delta") or {}
        for name in _TEXTS:
            if isinstance(delta.get(name), str):
                yield ["choices", index, "delta", name], delta[name]
        for position, call in enumerate(delta.get("tool_calls") or []):
            arguments = (call.get("function") or {}).get("arguments")
            if isinstance(arguments, str):
                yield ["choices", index, "delta", "tool_calls", position, "function", "arguments"], arguments
    if str(piece.get("type", "")).endswith(".delta") and isinstance(piece.get("delta"), str):
        yield ["delta"], piece["delta"]


def _tool(piece: dict[str, Any], path: list[str | int]) -> str:
    """Choices and calls have their own indices, independent of their position in a chunk."""
    if path[0] != "choices":
        return ""
    choice = piece["choices"][path[1]]
    calls = (choice.get("delta") or {}).get("tool_calls") or []
    call = calls[path[4]].get("index", "") if "tool_calls" in path and isinstance(path[4], int) else ""
    return f"#{_choice(piece, path)}.{call}"


def _choice(piece: dict[str, Any], path: list[str | int]) -> int:
    """Which choice a text is of: engines send each in a piece of its own, in which it stands first."""
    return int(piece["choices"][path[1]].get("index") or 0)


def _ended_choices(piece: dict[str, Any]) -> set[int] | None:
    """None for what has no choices, so that everything has ended."""
    if "choices" not in piece:
        return None
    return {int(one.get("index") or 0) for one in piece["choices"] if one.get("finish_reason")}


def _ends(piece: dict[str, Any]) -> bool:
    kind = str(piece.get("type", ""))
    if kind.startswith("response."):
        return not kind.endswith(".delta")
    return any(choice.get("finish_reason") for choice in piece.get("choices") or [])


def _silent(piece: dict[str, Any]) -> bool:
    """Whether a piece has neither a text nor a first or last word of its choices."""
    choices = piece.get("choices") or []
    spoken = any(choice.get("finish_reason") or "role" in (choice.get("delta") or {}) for choice in choices)
    return not spoken and "usage" not in piece and not any(text for _, text in _places(piece))


def _put(piece: Any, path: list[str | int], text: str) -> None:
    for step in path[:-1]:
        piece = piece[step]
    piece[path[-1]] = text
