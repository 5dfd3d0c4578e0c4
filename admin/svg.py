"""Pieces of SVG as safe markup: presentation attributes only, text escaped. It draws nothing by itself."""

from __future__ import annotations

from markupsafe import Markup


def percent(number: float) -> str:
    """A length in percent of the drawing's width."""
    return f"{number:.2f}%"


def tag(name: str, *content: str, **attributes: object) -> Markup:
    """An element; text and attribute values are escaped, and `_` in a name stands for `-`."""
    named = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, named, Markup("").join(content))
