"""How often an address may fail to sign in: whoever tries many logins is slowed down, beside each login's own rest."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Final

#: Failures of one address that are let pass in so many seconds, and addresses that are remembered.
MOST: Final = 20
WITHIN: Final = 60.0
_ADDRESSES: Final = 10_000


class Attempts:
    """Failures by address, of the last minute."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Seconds until an address may try again; 0 where it may now."""
        with self._lock:
            failed = self._recent(address)
            return 0.0 if len(failed) < MOST else WITHIN - (time.monotonic() - failed[0])

    def failed(self, address: str) -> None:
        """Note a failure."""
        with self._lock:
            self._recent(address).append(time.monotonic())

    def _recent(self, address: str) -> deque[float]:
        if len(self._failed) > _ADDRESSES:
            self._failed.clear()
        failed = self._failed.setdefault(address, deque())
        while failed and failed[0] < time.monotonic() - WITHIN:
            failed.popleft()
        return failed
