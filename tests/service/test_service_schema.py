"""The API under schemathesis, in every role: no fault, and no answer that its document does not have."""

from __future__ import annotations

import subprocess
import sys

import pytest
from books import home, opened
from served import people, served, session

from tengbol.service.roles import ROLES

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "negative_data_rejection"
)


#: What ends the session that asks would leave the rest unasked: it is asked last, by itself.
ENDING = "/sessions/current$"


@pytest.mark.soak
@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_sent_is_answered_as_the_document_says(role, tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'chamber.book'}", tmp_path, home())
    people(store)
    with served(store.url) as server:
        client = session(server, store, role)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        for paths in (("--exclude-path-regex", ENDING), ("--include-path-regex", ENDING)):
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.address}/api/v1/openapi.json"),
                    *("--url", server.address, "-H", f"Cookie: {cookie}"),
                    *("-H", f"X-CSRF-Token: {client.headers['X-CSRF-Token']}", "--checks", CHECKS, *paths),
                    *("--phases", "examples,fuzzing", "--max-examples", "20", "--continue-on-failure", "--seed", "1"),
                ],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout[-5000:]
        assert not [line for line in server.logged if '"what": "fault"' in line]
