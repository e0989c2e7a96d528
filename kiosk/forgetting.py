"""Memory that is given back is overwritten, so that nothing of a client outlives the visit in the process.

Python never clears what it frees: a scanned code would stay in the heap until something else lands there. Its debug
allocator fills freed memory (``PYTHONMALLOC=debug``, "Using Python on Unix"), and glibc does the same for everything
else (``MALLOC_PERTURB_``, mallopt(3)). Both are settings of a process at its start.
"""

import os
import sys

ENVIRONMENT = {"PYTHONMALLOC": "debug", "MALLOC_PERTURB_": "165"}


def overwrite_what_is_freed() -> None:
    """Start this process anew with both settings, unless it has them. Does not return in that case."""
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **ENVIRONMENT})  # noqa: S606
