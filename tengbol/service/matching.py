"""`If-Match`: a change of a writ is refused where the writ is not as the one who asks has read it (RFC 9110)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tengbol.phrase import Phrase, mark
from tengbol.service import sight
from tengbol.service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tengbol.book.store import Store
    from tengbol.service.door import Call
    from tengbol.service.roles import Endpoint

#: As `GET /writs/{id}` gives it: strong, for one version.
ETAG: Final = r'^"[0-9]{1,18}"$'
_MALFORMED: Final = mark('If-Match: give the ETag of the writ as GET /writs/{id} gave it, in its quotes, such as "17".')
_OF_NO_WRIT: Final = mark("If-Match: this operation is about no single writ, so the header is not taken here.")
_OF_SEVERAL: Final = mark("If-Match: goes with one writ alone, and this request names several.")


def refuse_match(endpoint: Endpoint, given: str | None) -> None:
    """Raise `ProblemError` where the header is none, or stands where nothing is compared with it."""
    if given is None:
        return
    if not endpoint.match:
        raise ProblemError("malformed", Phrase(_OF_NO_WRIT))
    if not re.fullmatch(ETAG, given):
        raise ProblemError("malformed", Phrase(_MALFORMED))


def unchanged(call: Call, writ_id: str | None) -> Callable[[Store, Mapping[str, Any]], None]:
    """What looks, in the transaction of an act on a writ, whether it is as the one who asks has read it.

    writ_id: None where the act is about several. Raises `ProblemError`, here for those.
    """
    if call.match is not None and writ_id is None:
        raise ProblemError("malformed", Phrase(_OF_SEVERAL))

    def guard(store: Store, event: Mapping[str, Any]) -> None:
        if call.match is None or writ_id is None:
            return
        if call.match.strip('"') != str(sight.version_before(store, writ_id, event["seq"])):
            raise ProblemError("changed_since")

    return guard
