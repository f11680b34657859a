"""Answers that hold until the book's next event, kept under its hash: whatever is done to a book changes that."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from tengbol.book.schema import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.book.store import Store

P = ParamSpec("P")
T = TypeVar("T")
#: Of one process; those asked for last.
_MOST: Final = 256
_answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_asking: dict[tuple[Any, ...], threading.Lock] = {}
_lock: Final = threading.Lock()


def remembered(ask: Callable[Concatenate[Store, P], T]) -> Callable[Concatenate[Store, P], T]:
    """Ask anew only after an event; of what no clock changes, and within `store.reading()`, so that the event and the
    answer are of one moment. Who is answered does not change the answer.
    """

    @wraps(ask)
    def answer(store: Store, /, *args: P.args, **kwargs: P.kwargs) -> T:
        last = store.frame("SELECT hash FROM events ORDER BY seq DESC LIMIT 1", {"hash": TEXT})["hash"].to_list()
        key = (ask.__module__, ask.__qualname__, *last, args, tuple(kwargs.items()))
        with _lock:
            if key in _answers:
                _answers.move_to_end(key)
                return _answers[key]
            mine = _asking.setdefault(key, threading.Lock())
        # Of those who ask at once one asks the store, and the others wait for his answer; he has none: they do in turn.
        with mine:
            with _lock:
                if key in _answers:
                    return _answers[key]
            try:
                found = ask(store, *args, **kwargs)
                with _lock:
                    _answers[key] = found
                    while len(_answers) > _MOST:
                        _answers.popitem(last=False)
            finally:
                with _lock:
                    _asking.pop(key, None)
        return found

    return answer
