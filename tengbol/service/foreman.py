"""Keeps a worker at work beside the server: starts it, starts it again where it dies, lets it end with the server."""

from __future__ import annotations

import subprocess
import threading
import time
from typing import Final

from tengbol.service.watch import log
from tengbol.service.worker import started

#: Between two starts of a worker, in seconds.
_PAUSE: Final = 1.0


class Foreman:
    """One worker's."""

    def __init__(self, url: str, patience: float) -> None:
        self.url, self.patience = url, patience
        self._ending = threading.Event()
        self._process = started(self.url)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        """Whether batches can be made."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Let the worker finish what it is at, as long as patience lasts; then end it."""
        self._ending.set()
        self._thread.join()
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(self.patience)
        except subprocess.TimeoutExpired:
            log("worker told to end")
            self._process.terminate()
            self._process.wait()

    def _watch(self) -> None:
        while not self._ending.wait(_EVERY):
            if self._process.poll() is not None:
                log("worker died", code=self._process.returncode)
                time.sleep(_PAUSE)
                if not self._ending.is_set():
                    self._process = started(self.url)


_EVERY: Final = 0.25
