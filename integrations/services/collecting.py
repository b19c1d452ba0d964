"""Looking less often for garbage in cycles while a file streams through."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL = gc.get_threshold()
_RARELY = 50_000


@contextmanager
def fewer_collections() -> Iterator[None]:
    """Let more objects be made between two collections.

    What a batch is made of goes by its count of references. Looking for cycles in it, and in all of Django
    each time, was a tenth of what an import cost. Of two at once the first to end sets the usual pace.
    """
    gc.set_threshold(_RARELY, *_USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)
