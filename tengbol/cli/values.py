"""What words of a command line mean as values, without the library by which typer asks that of any option.

To load pydantic takes longer than to do what most commands do. Whatever is not plain is left to it as before, so that
what is taken, what it is read as and what is said of it are the same.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, get_args, get_origin

import typer.core


def read_plainly() -> None:
    """Let plain values be read so from now on."""
    library: Any = typer.core
    library.build_runtime_param = _Plain


class _NotPlainError(Exception):
    """A value that is left to typer."""


class _Plain:
    """In the place of what typer makes for a parameter when it is first asked (`typer._coercion.RuntimeParam`)."""

    def __init__(self, told: Any) -> None:
        self.told, self.kind, self.asked = told, told.annotation, told.parameter_info
        self.made: Any = None

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Read a value."""
        many = param.multiple or param.nargs == -1
        if value is None:
            return () if many else None
        try:
            if not many:
                return self._read(value, self.kind)
            if get_origin(self.kind) is list and isinstance(value, list | tuple):
                return [self._read(one, get_args(self.kind)[0]) for one in value]
        except (_NotPlainError, ValueError):
            pass
        if self.made is None:
            from typer._coercion import build_runtime_param

            self.made = build_runtime_param(self.told)
        return self.made.coerce(value, param=param, ctx=ctx)

    def _read(self, value: Any, kind: Any) -> Any:
        """A plain value; raises `_NotPlainError` or `ValueError` at any other."""
        if self.asked.parser is not None:
            raise _NotPlainError
        if kind in (int, float) and type(value) is str and re.fullmatch("[0-9]{1,9}", value, re.ASCII):
            value = kind(value)
        if kind in (int, float) and type(value) is kind:
            least, most = self.asked.min, self.asked.max
            if (least is None or value >= least) and (most is None or value <= most):
                return value
        if kind in (str, Path) and type(value) is str:
            # What is no text raises a `ValueError`.
            value.encode()
            return value if kind is str else self._path(Path(value))
        raise _NotPlainError

    def _path(self, path: Path) -> Path:
        asked = self.asked
        if asked.exists or asked.writable or asked.resolve_path or not (asked.file_okay and asked.dir_okay):
            raise _NotPlainError
        try:
            os.stat(path)
        except OSError:
            return path
        if asked.readable and not os.access(path, os.R_OK):
            raise _NotPlainError
        return path
