"""What is answered where a request is not done: problem+json (RFC 9457), each kind with a code that stays the same."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import JSONResponse

from tengbol.errors import BusyError, UnusableInputError
from tengbol.phrase import Phrase, said
from tengbol.refusals import reason_of
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from tengbol.service.settings import Settings

#: By code: status, and what it says.
CODES: Final[Mapping[str, tuple[int, str]]] = {
    "malformed": (400, mark("The request cannot be read.")),
    "not_signed_in": (401, mark("Sign in, or give a token.")),
    "wrong_credentials": (401, mark("Login, password or code is wrong.")),
    "password_is_given": (403, mark("This password was set by somebody else: set one of your own first.")),
    "not_allowed": (403, mark("Your role, or this token, does not allow it.")),
    "forged": (403, mark("The request does not come from a page of this service.")),
    "not_found": (404, mark("There is nothing of that name, or it is not yours to see.")),
    "wrong_method": (405, mark("This address takes no such method.")),
    "conflict": (409, mark("Somebody else has decided it already.")),
    "same_person": (409, mark("Another login has to confirm it than the one that asked for it.")),
    "changed_since": (412, mark("It has changed since you read it; read it again.")),
    "too_large": (413, mark("The request is larger than this service takes.")),
    "wrong_kind": (415, mark("The content is of no kind that is read here.")),
    "invalid": (422, mark("A field is missing, or its value is not one that is taken.")),
    "refused": (422, mark("The book refuses the act.")),
    "key_reused": (422, mark("This Idempotency-Key was used for another request.")),
    "key_missing": (428, mark("Give the header Idempotency-Key: a name of this request, to be given again with it.")),
    "too_many": (429, mark("Too many attempts; wait a little.")),
    "fault": (500, mark("A fault of tengbol itself; please report it with the request's id.")),
    "busy": (503, mark("Busy, or cut off on the way; the same request again may do.")),
}
TYPE: Final = "urn:tengbol:problem:"
_BY_STATUS: Final = {404: "not_found", 405: "wrong_method", 413: "too_large", 415: "wrong_kind"}


class ProblemError(Exception):
    """A request that is not done. detail: a `Phrase`, or a sentence that is said already. more: further members of the
    answer. headers: of the response.
    """

    def __init__(
        self, code: str, detail: str | None = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.more = code, detail, more
        self.headers = dict(headers or {})


def told_of(words: Callable[[str], str], error: ProblemError) -> dict[str, Any]:
    """A problem as its response tells it."""
    status, title = CODES[error.code]
    told = {"type": f"{TYPE}{error.code}", "code": error.code, "status": status, "title": words(title)}
    return {**told, **({"detail": said(error.detail, words)} if error.detail else {}), **error.more}


def answer(words: Callable[[str], str], error: ProblemError) -> JSONResponse:
    """The response of a problem."""
    status = CODES[error.code][0]
    headers = dict(error.headers)
    if status == 401:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="tengbol"')
    if status == 503:
        headers.setdefault("Retry-After", "1")
    return JSONResponse(told_of(words, error), status, headers, media_type="application/problem+json")


#: How much a browser wants a language.
_WEIGHT: Final = re.compile(r"[01](\.[0-9]{0,3})?")
#: Fields that a refusal names without a command line's hyphens, at its beginning.
_FIELD: Final = re.compile(r"(url|scopes|login|role|enforcer_id)\b")
_OPTION: Final = re.compile(r"--([a-z][a-z-]*)")
#: Options of the command line that have another name here.
_RENAMED: Final = {"chamber": "chamber_id"}


def of_input(words: Words, error: UnusableInputError) -> ProblemError:
    """What the book refuses, its options called by the names of fields."""

    def field(option: re.Match[str]) -> str:
        return _RENAMED.get(option[1], option[1].replace("-", "_"))

    text = error.said(words)
    named = _OPTION.search(text) or _FIELD.match(str(error.phrase))
    detail = _OPTION.sub(field, text)
    more: dict[str, Any] = {"field": field(named)} if named else {}
    if reason := reason_of(error.phrase):
        more["reason"] = reason
    return ProblemError("busy" if isinstance(error, BusyError) else "refused", detail, None, **more)


#: Of an account of one chamber, that asks for what is not of one.
ONE_CHAMBER: Final = Phrase("This account is of one chamber, and what it asks for may be about any.")
#: Of a request that brings nothing.
EMPTY: Final = Phrase("The body is empty.")


def no_json(text: str, place: int, why: str, *, line: int = 1, byte: int = 0) -> ProblemError:
    """What is no JSON, and where. place: in the text, which begins on this line and after so many bytes."""
    before = text[:place]
    where = {"line": line + before.count("\n"), "byte": byte + len(before.encode(errors="replace")) + 1}
    return ProblemError("malformed", Phrase("Line {line}, byte {byte}: no JSON ({why}).", **where, why=why))


def too_large(settings: Settings) -> ProblemError:
    """Of a request past the limit."""
    return ProblemError("too_large", Phrase("At most {n} bytes are taken.", n=settings.most_bytes))


def of_status(status: int) -> ProblemError:
    """A problem that the framework raises by its status alone."""
    return ProblemError(_BY_STATUS.get(status, "malformed"))


def language_of(request: Request) -> str:
    """kk, ru or en: as the address says, the cookie of the switch, or the browser."""
    asked = request.query_params.get("lang") or request.cookies.get("lang")
    if asked in ("kk", "ru", "en"):
        return asked
    wanted = [_wanted(one) for one in request.headers.get("accept-language", "").split(",")]
    # Of the same weight, the first.
    if known := [(weight, name) for weight, name in wanted if weight > 0 and name in ("kk", "ru", "en")]:
        return max(known, key=itemgetter(0))[1]
    return "en" if request.url.path.startswith("/api/") else "kk"


def _wanted(one: str) -> tuple[float, str]:
    """The weight and the language of a part of Accept-Language, such as `ru-KZ;q=0.8`."""
    name, _, weight = one.replace(" ", "").lower().partition(";q=")
    return (float(weight) if _WEIGHT.fullmatch(weight) else 0.0) if weight else 1.0, name.partition("-")[0]


def words_of(request: Request) -> Words:
    """The words of the one who asks."""
    return Words(language_of(request))
