"""The service's OpenAPI document, on stdout: what it serves at `/api/v1/openapi.json`."""

from __future__ import annotations

import json
import sys

from tengbol.service.app import application, document_of
from tengbol.service.settings import Settings


def document() -> dict[str, object]:
    """The document; no book is opened for it."""
    return document_of(application(Settings("sqlite:///nobody.book")))


if __name__ == "__main__":
    json.dump(document(), sys.stdout, ensure_ascii=False, indent=1)
