"""Imported once by the process from which workers are forked: they begin with everything loaded and share it."""

import contextlib
import gc

from scenarios.base.errors import UserError
from scenarios.base.input.rows import RegistryError
from scenarios.sweep.work.run_maker import warm

with contextlib.suppress(UserError, RegistryError):  # a broken conf/ is the driver's to name
    warm()
gc.freeze()
