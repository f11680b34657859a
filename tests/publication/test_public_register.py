"""Whoever has the whole register of writs and everything that was published, and no key, opens no id."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from pathlib import Path

import pytest
from published import KEY, hashed

from tengbol.batch import distribute
from tengbol.io.read import read
from tengbol.optimizer import lot
from tengbol.report.public.file import lines
from tengbol.report.record import of_distribution

AKMOLA = Path(__file__).parents[2] / "examples" / "akmola"
#: Ids that a year's register of a region could have, among them all that the example's writs have.
RUNNING = [f"11-26-{number}" for number in range(1_000_001, 1_025_000)]
WORD = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{64})(?![0-9a-f])")


@pytest.fixture(scope="module")
def register():
    """Every id and number of a writ: as the chamber's tables have them, and as anybody can count them up."""
    writs = read(AKMOLA).chamber.writs
    assert set(writs["writ_id"]) <= set(RUNNING)
    return [*RUNNING, *writs["number"], *writs["case_id"].drop_nulls().unique()]


@pytest.fixture(scope="module")
def text():
    chamber = read(AKMOLA).chamber
    moment = dt.datetime(2026, 11, 23, 18)
    secret, digest = "5e" * 32, "d1" * 32
    made = distribute(chamber, as_of=moment, seed=hashed("tengbol seed", secret, digest, ""), key=KEY)
    chain = {"secret": secret, "input_digest": digest, "commitment": hashed("tengbol commitment", "7f" * 32)}
    return "\n".join(lines(of_distribution(chamber, made, batch_id="C-000001", chain=chain), KEY))


def keys(text):
    """What an outsider could take for a key: nothing, zeros, words, and every hash of the file, as digits or bytes."""
    part = json.loads(text.splitlines()[1])["part"]
    told = [part[name] for name in ("seed", "secret", "input_digest", "commitment", "key_commitment", "opening")]
    told += [json.loads(line)["link"] for line in text.splitlines()]
    words = [b"", bytes(32), b"0" * 64, b"tengbol", b"tengbol key", b"writ", part["chamber_id"].encode()]
    return [*words, *(word.encode() for word in told), *(bytes.fromhex(word) for word in told)]


def opened(ids, names, text):
    """Ids that somebody without the key can tell the name of: by hashes, with keys that he has, of all shapes."""
    seed = json.loads(text.splitlines()[1])["part"]["seed"]
    # The first half of a digest is enough to betray it.
    wanted, found, tried = {name[:16] for name in ids}, set(), keys(text)
    for name in names:
        for shape in (name, f"writ:{name}", f"{seed}:writ:{name}"):
            content = shape.encode()
            for made in (hashlib.sha256, hashlib.sha1, hashlib.md5, hashlib.sha512):
                found.add(made(content).hexdigest()[:16])
        content = f"writ:{name}".encode()
        found.update(hmac.digest(key, content, "sha256").hex()[:16] for key in tried)
    return wanted & found


def test_no_id_of_the_file_is_opened_by_the_whole_register_without_the_key(register, text):
    ids = {word for word in WORD.findall(text) if len(word) == 32}
    assert len(ids) >= 400
    assert not opened(ids, register, text)
    assert ids <= set(lot.masked(KEY, register)), "with the key it opens every one of them"


@pytest.mark.parametrize("weak", [b"", bytes(32), b"tengbol"])
def test_the_search_itself_would_open_ids_that_were_masked_with_what_everybody_knows(text, weak):
    """Or finding nothing would mean nothing."""
    few = RUNNING[:50]
    ids = {hmac.digest(weak, f"writ:{name}".encode(), "sha256").hex()[:32] for name in few}
    assert len(opened(ids, few, text)) == len(few)


@pytest.mark.parametrize("name", ["seed", "secret", "input_digest", "commitment", "key_commitment", "link"])
def test_nor_with_anything_that_is_published_beside_them(text, name):
    batch = json.loads(text.splitlines()[1])
    told = batch[name] if name == "link" else batch["part"][name]
    ids = set(lot.masked(told, RUNNING[:50]))
    assert len(opened(ids, RUNNING[:50], text)) == 50


def test_ids_that_were_only_hashed_would_be_opened(text):
    for made in (hashlib.sha256, hashlib.md5):
        ids = {made(name.encode()).hexdigest()[:32] for name in RUNNING[:50]}
        assert len(opened(ids, RUNNING[:50], text)) == 50


def test_the_ids_of_two_keys_have_nothing_in_common(register):
    """So a chamber that loses its key takes another, and the old file stays as closed as it was to everybody else."""
    near = f"{int(KEY, 16) ^ 1:064x}"
    assert not set(lot.masked(KEY, register)) & set(lot.masked(near, register))
