"""The example in docs/scoring.md is what the code gives."""

from __future__ import annotations

import numpy as np

from admin.scoring.blocks import blocks
from admin.scoring.keying import scales
from admin.scoring.patterns import tally
from admin.scoring.summary import summarise
from admin.scoring.sweep import scores

from .builders import ROOT, appendix_b

SNAPSHOT = appendix_b()
BLOCKS = {block.id: block for block in blocks(SNAPSHOT)}


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first heading this is, without headings."""
    lines = (ROOT / "docs/scoring.md").read_text().splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {first} |"))
    end = lines.index("", start)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start + 2 : end]]


EXAMPLE = table("response")
RESPONSES = np.zeros((len(EXAMPLE), 1 + max(max(block.places) for block in BLOCKS.values())), np.uint8)
RESPONSES[:, BLOCKS["construct.srv"].places] = [
    [int(x.replace("-", "0")) for x in row[1:4]] for row in EXAMPLE
]


def test_the_example_has_the_scores_that_it_prints() -> None:
    (services,) = [scale for scale in scales(SNAPSHOT) if scale.id == "construct.srv"]
    found = scores([services], BLOCKS, RESPONSES)
    told = ["-" if np.isnan(score) else f"{score:.2f}" for score in found["construct.srv"]]
    assert told == [row[5] for row in EXAMPLE]
    positive = {"-": "-"} | {score: "yes" if float(score) > 3.5 else "no" for score in told if score != "-"}
    assert [positive[score] for score in told] == [row[6] for row in EXAMPLE]
    assert [row[4] for row in EXAMPLE] == [
        row[3] if row[3] == "-" else str(6 - int(row[3])) for row in EXAMPLE
    ]


def test_the_page_says_what_the_example_says() -> None:
    page = summarise(SNAPSHOT, [tally(BLOCKS.values(), RESPONSES)], 11, "en").constructs[3]
    says = {"n": page.n, "not scorable": page.unscorable, "positive": page.positive, "mean": page.mean}
    says |= {f"item {item.number} favourable": item.favourable for item in page.items}
    says |= {f"item {item.number} unmet need": item.unmet for item in page.items if item.unmet}
    assert {name: str(shown) for name, shown in says.items()} == dict(table("on the page"))
