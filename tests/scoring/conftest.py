"""What the scoring tests share."""

from pathlib import Path

import pytest

from .evaluator import Evaluator


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Evaluator:
    """An evaluator's desk with nothing on it."""
    return Evaluator(tmp_path, capsys)
