"""Durations as a configuration writes them."""

import re

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds(value: object) -> int:
    """`90s`, `5m`, `2h`, `1d` as seconds."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if not match or int(match[1]) == 0:
        raise ValueError("must be a number with s, m, h or d, for instance 5m")
    return int(match[1]) * _UNITS[match[2]]


def pause(value: object) -> float:
    """`2s`, `0.5s` as seconds."""
    match = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)s", value) if isinstance(value, str) else None
    if not match:
        raise ValueError("must be a number of seconds with s, for instance 2s or 0.5s")
    return float(match[1])
