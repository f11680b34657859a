"""Webhooks: what happens is told to a receiver that checks the signature, again until it answers."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from books import clerk, mark
from served import code, peopled, served, session
from standardwebhooks import Webhook, WebhookVerificationError

from tengbol.book import desk
from tengbol.book.acts import events
from tengbol.errors import UnusableInputError
from tengbol.service.courier import refuse_url
from tengbol.service.settings import Settings

API = "/api/v1"
ZONE = dt.timezone(dt.timedelta(hours=5))


class Receiver(HTTPServer):
    """Keeps what it is told, and answers as it is set to."""

    def __init__(self):
        self.got, self.answer = [], 204

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["content-length"])).decode()
                self.got.append((dict(handler.headers.items()), body))
                handler.send_response(self.answer)
                handler.end_headers()

            def log_message(handler, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return peopled(tmp_path_factory.mktemp("hooks"))


def until(seen):
    end = time.monotonic() + 20
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_event_is_told_signed_and_again_until_it_is_received(book):
    receiver = Receiver()
    receiver.answer = 500
    with served(book.url, "--local-hooks") as server:
        admin = session(server, book, "administrator")
        asked = {"url": f"http://127.0.0.1:{receiver.server_port}/hook", "kinds": ["withdrawn"]}
        made = admin.post(f"{API}/webhooks", json=asked).json()
        assert made["secret"] not in admin.get(f"{API}/webhooks").text
        mark(book, clerk(), "withdrawn", ["W0"])
        until(lambda: desk.found(book, "deliveries", "tries = 1"))
        [row] = desk.found(book, "deliveries", "state = 'due'")
        assert (row["status"], row["event"]) == (500, events(book, "what = 'withdrawn'")["seq"][0])
        # Two days of failures later it is dead, until somebody asks for it again.
        late = {"tries": 7, "next_at": desk.moment(-1)}
        desk.change(book, "deliveries", "state = 'due'", late)
        until(lambda: desk.found(book, "deliveries", "state = 'dead'"))
        [dead] = admin.get(f"{API}/deliveries").json()
        receiver.answer = 204
        assert admin.post(f"{API}/deliveries/{dead['delivery_id']}/retry").status_code == 200
        until(lambda: desk.found(book, "deliveries", "state = 'delivered'"))
        assert admin.delete(f"{API}/webhooks/{made['hook_id']}").status_code == 200
        assert code(admin.delete(f"{API}/webhooks/{made['hook_id']}")) == "refused"
    assert len(receiver.got) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1, "by which a receiver knows it again"
    for headers, body in receiver.got:
        told = Webhook(made["secret"]).verify(body, headers)
        assert (told["type"], told["data"]["subject"]) == ("book.withdrawn", "W0")
        assert "clerk" not in body
        moment = dt.datetime.fromisoformat(told["timestamp"])
        assert (
            told["timestamp"].endswith("Z")
            and moment.astimezone(ZONE).replace(tzinfo=None).isoformat() == (told["data"]["at"])
        )
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(json.dumps({"type": "book.withdrawn"}), receiver.got[0][0])
    receiver.shutdown()


@pytest.mark.parametrize(
    "url",
    ["http://example.kz/hook", "https://127.0.0.1/hook", "https://[::1]/", "https://169.254.169.254/latest",
     "https://10.0.0.1/", "https://localhost/", "https://user:word@1.1.1.1/", "ftp://1.1.1.1/", "https://"],
)  # fmt: skip
def test_a_webhook_never_leads_into_the_servers_own_network_or_goes_without_tls(url):
    with pytest.raises(UnusableInputError):
        refuse_url(url, Settings("sqlite:///none"))
    refuse_url("https://1.1.1.1/hook", Settings("sqlite:///none"))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/hook", "https://127.0.0.1/", "http://[::1]/", "http://localhost/"]
)
def test_local_hooks_may_go_to_this_machine(url):
    refuse_url(url, Settings("sqlite:///none", local_hooks=True))


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "https://10.0.0.1/", "http://1.1.1.1/", "http://169.254.169.254/"])
def test_local_hooks_go_no_further_than_this_machine(url):
    with pytest.raises(UnusableInputError):
        refuse_url(url, Settings("sqlite:///none", local_hooks=True))
    refuse_url("https://1.1.1.1/hook", Settings("sqlite:///none", local_hooks=True))
