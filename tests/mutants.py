"""Mutants: deliberate defects, each with the test that must notice it.

`make mutants`, or `python -m tests.mutants`, makes one after the other. A defect that no test
notices is a test that is missing.
"""

import sys

from tests.defects import builders, inputs
from tests.mutation import report

MUTANTS = [*inputs.MUTANTS, *builders.MUTANTS]

if __name__ == "__main__":
    sys.exit(report(MUTANTS))
