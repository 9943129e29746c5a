"""Checks of values in a request. A check returns the path of the first value that isn't allowed, or None."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], str | None]
_HERE = ""


def leaf(allowed: Callable[[Any], bool]) -> Check:
    """A value that a function accepts."""
    return lambda value: None if allowed(value) else _HERE


def of(*types: type) -> Check:
    return leaf(lambda value: isinstance(value, types))


def one_of(*words: str) -> Check:
    return leaf(lambda value: isinstance(value, str) and value in words)


def matching(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return leaf(lambda value: isinstance(value, str) and compiled.match(value) is not None)


def short(most: int) -> Check:
    """A text of so many characters."""
    return leaf(lambda value: isinstance(value, str) and len(value) <= most)


def number(low: float, high: float) -> Check:
    return leaf(
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
    )


def whole(low: int, high: int) -> Check:
    return leaf(lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high)


def each(most: int, check: Check, least: int = 0) -> Check:
    """A list of so many values."""

    def wrong(value: Any) -> str | None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            return _HERE
        for index, one in enumerate(value):
            found = check(one)
            if found is not None:
                return f"[{index}]{found}"
        return None

    return wrong


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no other; null is as good as absent."""
    known = {**required, **(optional or {})}

    def wrong(value: Any) -> str | None:
        if not isinstance(value, dict):
            return _HERE
        for name, one in value.items():
            if one is None:
                continue
            found = known[name](one) if name in known else _HERE
            if found is not None:
                return f".{shown(name)}{found}"
        missing = [name for name in required if value.get(name) is None]
        return f".{missing[0]}" if missing else None

    return wrong


def either(*checks: Check) -> Check:
    """A value that one of the checks accepts. Otherwise the longest of their paths."""

    def wrong(value: Any) -> str | None:
        found = [check(value) for check in checks]
        return None if None in found else max((one or _HERE for one in found), key=len)

    return wrong


def by(field: str, shapes: Mapping[str | None, Check]) -> Check:
    """An object whose field says which of the shapes it has; None is the shape of one without the field."""

    def wrong(value: Any) -> str | None:
        if not isinstance(value, dict):
            return _HERE
        kind = value.get(field)
        if (kind is not None and not isinstance(kind, str)) or kind not in shapes:
            return f".{field}"
        return shapes[kind](value)

    return wrong


def shown(name: str) -> str:
    """A name from a request, as it may be shown in an error."""
    return name if name.isidentifier() and len(name) <= 40 else "?"
