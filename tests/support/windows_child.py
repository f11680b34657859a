"""As on Windows, as far as that can be played here: verbs run in a Python that lacks what Windows lacks.

`python windows_child.py WORK`: modules and functions that only Unix has are gone; a folder cannot be opened, a name
that Windows refuses cannot be made, nothing is renamed onto what is there, and no file of text is opened without its
encoding.
"""

from __future__ import annotations

import importlib.abc
import os
import re
import signal
import sys
import warnings

LACKING = ("fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "spwd", "crypt", "readline", "nis")
#: What Python's own library for Unix needs is left; ours may not ask for it.
FUNCTIONS = (
    *("geteuid", "getuid", "getegid", "getgid", "chown", "lchown", "fchmod", "fchown", "mkfifo", "pread", "pwrite"),
    *("statvfs", "sync", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC", "getpgid", "killpg", "setsid", "getlogin"),
)
#: Parts of a path that Windows does not take.
REFUSED = re.compile(r'[<>:"|?*\x00-\x1f]|[ .]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)


class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in LACKING:
            raise ModuleNotFoundError(f"No module named '{name}' on Windows", name=name)
        return


def refused(event: str, arguments: tuple) -> None:
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, str | bytes | os.PathLike) and flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
            named(path)
    elif event == "os.mkdir":
        named(arguments[0])
    elif event == "os.rename":
        named(arguments[1])


def named(path) -> None:
    text = os.fsdecode(path)
    if text == os.devnull:
        return
    for part in text.split("/"):
        if part not in ("", ".", "..") and REFUSED.search(part):
            raise OSError(22, f"Windows takes no name such as {part!r}")


def as_windows() -> None:
    sys.meta_path.insert(0, Missing())
    for name in LACKING:
        sys.modules.pop(name, None)
    really_open, really_rename = os.open, os.rename

    def opened(path, flags, mode=0o777, **asked):
        if isinstance(path, str | os.PathLike) and os.path.isdir(path):
            raise PermissionError(13, "Windows opens no folder", str(path))
        return really_open(path, flags, mode, **asked)

    def renamed(source, target, **asked):
        if os.path.lexists(target):
            raise FileExistsError(17, "Windows renames nothing onto what is there", str(target))
        really_rename(source, target, **asked)

    os.open, os.rename = opened, renamed
    del signal.SIGHUP
    for name in FUNCTIONS:
        if hasattr(os, name):
            delattr(os, name)
    sys.addaudithook(refused)
    # What is opened as text says how it is encoded, in code of ours.
    warnings.filterwarnings("error", category=EncodingWarning, module=r"tengbol(\..*)?")


def lock_of_windows() -> None:
    """Windows has a lock of its own, which filelock takes there; here one stands for it."""
    import filelock

    filelock.lock_descriptor = lambda handle, blocking=True: True  # type: ignore[assignment]


def main(work: str) -> None:
    import subprocess  # noqa: F401 (Python's own library looks at what there is once, when it is imported)
    import tempfile  # noqa: F401

    as_windows()
    lock_of_windows()
    from tengbol.cli import main as tengbol

    example = "examples/akmola"
    day = ("--as-of", "2026-11-23T18:00:00")
    os.environ["TENGBOL_BOOK"] = f"{work}/chamber.book"
    by = ("--by", "clerk")
    for words in (
        ("run", example, "--out", f"{work}/result", *day, "--seed", "ab"),
        ("run", example, "--out", f"{work}/result", *day, "--seed", "ac"),
        ("verify", example, f"{work}/result"),
        ("report", f"{work}/result", "--out", f"{work}/report", "--input", example),
        ("book", "init", *by),
        ("book", "import", example, *by),
        ("book", "batch", *by),
        ("book", "status"),
        ("book", "due"),
        ("book", "verify", "1"),
        ("book", "export", f"{work}/out"),
        ("book", "export", f"{work}/past", "--batch", "1"),
        ("book", "audit"),
        ("book", "backup", f"{work}/copy"),
        ("book", "backup", f"{work}/copy"),
        ("book", "restore", f"{work}/copy", "--book", f"{work}/again.book", *by),
        ("report", f"{work}/chamber.book", "--out", f"{work}/period", "--lang", "kk"),
    ):
        sys.argv = ["tengbol", *words]
        try:
            tengbol()
            code = 0
        except SystemExit as end:
            code = end.code
        print(f"== {code}: {' '.join(words)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
