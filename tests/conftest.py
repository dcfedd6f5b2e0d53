"""What holds for all tests."""

import os

from simulation.foundations.notices import SAID

os.environ.setdefault(SAID, "compiling")  # a test that counts lines of errors is not to meet this one
