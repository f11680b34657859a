"""Tengbol, "тең бөл", divide equally: writs among private court enforcers, as evenly as the rules allow, proven.

The public names, each once. Nothing is loaded before it is asked for, so that a command starts as fast as it can.

>>> import tengbol
>>> sorted(tengbol.__all__)[:4]
['BusyError', 'Chamber', 'Config', 'Reading']
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tengbol.batch import Result as Result
    from tengbol.batch import distribute as distribute
    from tengbol.config import Config as Config
    from tengbol.errors import BusyError as BusyError
    from tengbol.errors import UnusableArgumentError as UnusableArgumentError
    from tengbol.errors import UnusableInputError as UnusableInputError
    from tengbol.io.read import Reading as Reading
    from tengbol.io.read import read as read
    from tengbol.model.chamber import Chamber as Chamber
    from tengbol.runner import run as run
    from tengbol.runner import write as write
    from tengbol.verify import verify as verify

__version__ = "0.2.0"

#: Where each public name is from.
_DOORS = {
    "read": "tengbol.io.read",
    "distribute": "tengbol.batch",
    "write": "tengbol.runner",
    "verify": "tengbol.verify",
    "run": "tengbol.runner",
    "Chamber": "tengbol.model.chamber",
    "Reading": "tengbol.io.read",
    "Result": "tengbol.batch",
    "Config": "tengbol.config",
    "UnusableInputError": "tengbol.errors",
    "UnusableArgumentError": "tengbol.errors",
    "BusyError": "tengbol.errors",
}

#: Static, for type checkers; a test holds it to `_DOORS`.
__all__ = [
    "BusyError",
    "Chamber",
    "Config",
    "Reading",
    "Result",
    "UnusableArgumentError",
    "UnusableInputError",
    "distribute",
    "read",
    "run",
    "verify",
    "write",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_DOORS})
