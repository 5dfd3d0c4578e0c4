"""The kernel needs no web framework and no database: the public process imports it and stays small."""

import subprocess
import sys

KERNEL = "survey_app.site, survey_app.ballot, survey_app.coding, survey_app.instrument.loading"
HEAVY = ("flask", "jinja2", "sqlalchemy", "wtforms", "babel", "pandas", "numpy", "cryptography", "admin")


def test_importing_the_kernel_loads_nothing_heavy() -> None:
    script = f"import sys, {KERNEL}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
