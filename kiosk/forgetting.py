"""Memory that is given back is overwritten, so that nothing of a client outlives the visit in the process.

Python never clears what it frees: a scanned code would stay in the heap until something else lands there. glibc does
where it is asked to (``MALLOC_PERTURB_``, mallopt(3)), but for what it keeps at hand for the next of the same size, so
that it keeps nothing (``glibc.malloc.tcache_count``, "Memory Allocation Tunables"). Python's objects are left to it too
(``PYTHONMALLOC=malloc``, "Using Python on Unix"): Python's own debug allocator would overwrite them as well, with 10 %
more memory. All are settings of a process at its start.
"""

import os
import sys

ENVIRONMENT = {"PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "165", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}


def overwrite_what_is_freed() -> None:
    """Start this process anew with these settings, unless it has them. Does not return in that case."""
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **ENVIRONMENT})  # noqa: S606
