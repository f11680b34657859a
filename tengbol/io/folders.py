"""Where a folder of ours may stand, and what to tell the user where it may not."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from pathlib import Path


def refuse_unwritable(out: Path, target: Path) -> None:
    """Raise `UnusableInputError` where the folder `target`, which the user calls `out`, plainly cannot be made.

    To be called before a long computation; that it passes is no promise.
    """
    above = next((folder for folder in target.parents if folder.exists()), target)
    if not above.is_dir():
        raise UnusableInputError(
            "{out}: a part of its path is a file ({above}); give another folder.", out=out, above=above
        )
    if not os.access(above, os.W_OK | os.X_OK):
        raise UnusableInputError(
            "{out}: writing in {above} is not allowed; give another folder, or allow it.", out=out, above=above
        )


def cause(error: OSError) -> Phrase:
    """In words, what the file system did not allow and what to do."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return Phrase("there is no more space; free some, or give a folder on another disk.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Phrase("writing there is not allowed; give another folder, or allow it.")
        case errno.ENOTDIR | errno.EEXIST:
            return Phrase("a part of its path is a file, not a folder; give another folder.")
        case errno.EBUSY | errno.EXDEV:
            return Phrase("the folder itself is a disk or in use and cannot be replaced; give a new folder inside it.")
        case _:
            return Phrase("{error}; give another folder.", error=error.strerror or error)
