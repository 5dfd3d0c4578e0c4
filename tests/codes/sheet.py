"""Reads a printed sheet of cards: what stands in words, and what a phone's camera reads."""

from __future__ import annotations

import re


def codes_on(page: str) -> list[str]:
    """The codes as they are printed."""
    return re.findall(r'class="code">([^<]*)<', page)


def squares(svg: str) -> list[list[bool]]:
    """The dark squares of a picture, drawn from its path of strokes: "M x y", "m dx dy", "h length"."""
    (size,) = re.findall(r'viewBox="0 0 (\d+) \1"', svg)
    (path,) = re.findall(r' d="([^"]*)"', svg)
    dark = [[False] * int(size) for _ in range(int(size))]
    x = y = 0.0
    for letter, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        given = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if letter == "h":
            for place in range(int(given[0])):
                dark[int(y)][int(x) + place] = True
            x += given[0]
        elif letter == "M":
            x, y = given
        else:
            x, y = x + given[0], y + given[1]
    return dark
