"""An identity provider in a process of its own: `python provider.py`, which prints its address.

The package's own, besides that it takes no code without the verifier of its challenge (RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from io import BytesIO
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import oidc_provider_mock
from oidc_provider_mock import User


def pkce(app):
    """The provider, asking for PKCE."""
    challenges: dict[str, str] = {}

    def asked(environ, start):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        path = environ["PATH_INFO"]
        if path == "/oauth2/authorize" and query.get("code_challenge_method") != "S256":
            start("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"no challenge"]
        if path == "/oauth2/token":
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if challenges.get(form.get("code", "")) != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
                start("400 Bad Request", [("Content-Type", "application/json")])
                return [json.dumps({"error": "invalid_grant"}).encode()]

        def answer(status, headers, *more):
            place = dict(headers).get("Location", "")
            if path == "/oauth2/authorize" and (code := parse_qs(urlsplit(place).query).get("code")):
                challenges[code[0]] = query["code_challenge"]
            return start(status, headers, *more)

        return app(environ, answer)

    return asked


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *_):
        """Nothing."""


if __name__ == "__main__":
    logging.disable()
    people = [
        User(sub="s-1", claims={"email": "Aigul@chamber.example", "email_verified": True}),
        User(sub="s-2", claims={"email": "serik@chamber.example", "email_verified": False}),
        User(sub="s-3", claims={}),
    ]
    provider = oidc_provider_mock.app(require_client_registration=True, require_nonce=True, user_claims=people)
    server = make_server("127.0.0.1", 0, pkce(provider), handler_class=Quiet)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
