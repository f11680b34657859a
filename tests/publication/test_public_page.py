"""The page that checks, in a real browser: the same verdicts as `verify --public`, or it says what it did not check."""

from __future__ import annotations

import copy
import datetime as dt
import gzip
import json
from collections import Counter
from hashlib import sha256
from itertools import count
from shutil import copy as copied
from unittest import mock

import pytest
from books import NOW, assign, batch, clerk, home, leave, opened, recuse, take
from browser import audited, browser, dropped, missing_glyphs
from browser import opened as shown
from chambers import HOME, decide, typed
from forging import mended
from held_by import holder, two
from published import KEY, hashed
from publishing import publish
from small import writ
from tampering import KINDS, canonical, changes, relinked, written

from tengbol.book.amending import annul, reassign
from tengbol.book.revoking import revoke
from tengbol.errors import UnusableInputError
from tengbol.report.public.checker import SCRIPTS, beside, page, write_page
from tengbol.report.public.file import write_public
from tengbol.report.public.find import find
from tengbol.report.record import of_distribution
from tengbol.verify.public import verify_public

DAYS = [NOW + dt.timedelta(days=n) for n in range(4)]
#: A share in billionths that JavaScript's numbers would round.
LARGE = 9_007_200_000_000_001
SEVEN = [writ(f"w{n}") for n in range(7)]
NO_WEB_CRYPTO = "Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})"


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    return write_page(folder / "public.jsonl.gz")


@pytest.fixture(scope="module")
def tab(chromium, place):
    found, seen = shown(chromium, place, locale="en-GB")
    yield found
    assert seen.messages == []
    assert seen.requests == []
    found.close()


@pytest.fixture(scope="module")
def honest(tmp_path_factory, empty_book):
    """Five batches of a book: bundles, an urgent writ, somebody who leaves, and corrections."""
    folder = tmp_path_factory.mktemp("lived")
    copied(empty_book, folder / "b")
    drawn = count()
    with mock.patch("secrets.token_hex", lambda size: sha256(b"%d" % next(drawn)).hexdigest()[: 2 * size]):
        store = opened(f"sqlite:///{folder / 'b'}", folder, home(writs=[writ(f"W{n}") for n in range(9)]))
        for n, at in enumerate(DAYS):
            came = at.isoformat()
            new = [writ(f"X{n}{i}", received_at=came, debtor_district_id="D2" if i == 3 else "D1") for i in range(5)]
            pair = [writ(f"P{n}{i}", received_at=came, case_id=f"K{n}", debtor_id=f"pair {n}") for i in range(2)]
            take(store, folder, writs=[*new, *pair])
            if n == 2:
                take(store, folder, writs=[writ("U", received_at=came, immediate="true", debtor_district_id="D1")])
                assign(store, clerk(), "U", as_of=at)
                leave(store, clerk(at=at), "E3", reason="licence_suspended", start=at.date(), end=None, at=at)
            batch(store, clerk(at=at), as_of=at)
            if n == 0:
                annul(store, two(at=at), "W0", reason="entered_twice")
                recuse(store, clerk(at=at), "W2", holder(store, "W2")[0], ground="article_54", decision="No. 4", at=at)
                reassign(store, two(at=at), "W4", ground="court_order", decision="No. 7")
                annul(store, two(at=at), "W3", reason="entered_twice")
                revoke(store, two(at=at), "W3")
        file = publish(store, folder / "p.jsonl")
        store.close()
    return [json.loads(line) for line in file.read_text().splitlines()]


def judged(folder, text):
    (folder / "forged.jsonl").write_text(text, encoding="utf-8")
    return verify_public(folder / "forged.jsonl", steps=0.1)


def agreed(tab, folder, text, name):
    """Hold the page's verdict to that of `verify --public`; returns the page's."""
    verdict, broken, left = dropped(tab, text)
    report = judged(folder, text)
    if report.ok:
        assert verdict == "holds", f"{name}: the page alone finds {broken} broken"
    else:
        assert verdict == "broken" or left & {"evenness", "lot"}, f"{name}: only verify finds it\n{report}"
    return verdict


def test_all_holds_of_an_honest_file(tab, honest, tmp_path):
    assert judged(tmp_path, written(honest)).ok
    assert {line["part"]["assignments"]["writ"].__len__() for line in honest[1:]} >= {1}, "an urgent writ is a batch"
    assert any("corrections" in line["part"] for line in honest[1:])
    verdict, broken, left = dropped(tab, written(honest))
    assert (verdict, broken, left) == ("holds", set(), set())
    held = set(tab.eval_on_selector_all("[data-kind=holds] li", "all => all.map(one => one.dataset.check)"))
    assert held >= {"chain", "seed", "pools", "balances", "corrections", "lot", "objective", "evenness"}
    assert honest[-1]["link"] in tab.inner_text("#verdict")


def test_a_packed_file_is_unpacked(tab, honest):
    assert dropped(tab, gzip.compress(written(honest).encode()))[0] == "holds"


@pytest.mark.parametrize("content", [b"", b"{}", b"\x1f\x8bno", b"\xff\xfe", b"PK\x03\x04"])
def test_what_is_no_public_report_is_told_so(tab, content):
    assert dropped(tab, content)[0] == "unusable"


#: How a line, a disk or an editor spoils the file, and what `verify` says of it.
SPOILT = {
    "two marks": (lambda text: b"\xef\xbb\xbf" * 2 + text, "its first line has no format"),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), "it is no text in UTF-8"),
    "more before": (lambda text: b"see " + text, "its first line has no format"),
    "no number": (lambda text: text.replace(b'"opening":[', b'"opening":[NaN', 1), "its first line has no format"),
    "packed, and more behind": (lambda text: gzip.compress(text) + b"more", "more bytes stand behind its end"),
    "packed, and zeros behind": (lambda text: gzip.compress(text) + b"\0\0", "more bytes stand behind its end"),
    "packed twice over": (lambda text: gzip.compress(text) + gzip.compress(b""), "more bytes stand behind its end"),
    "packed, and cut short": (lambda text: gzip.compress(text)[:-20], "it is cut off"),
    "packed, and damaged": (lambda text: gzip.compress(text)[:-8] + b"damaged!", "its bytes are damaged"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_an_editor_or_a_line_has_spoilt_is_no_public_report_to_page_and_verify(tab, honest, tmp_path, spoilt):
    spoil, due = SPOILT[spoilt]
    content = spoil(written(honest).encode())
    assert dropped(tab, content)[0] == "unusable"
    (tmp_path / "public.jsonl.gz").write_bytes(content)
    with pytest.raises(UnusableInputError, match=f"is no public report: .*{due}"):
        verify_public(tmp_path / "public.jsonl.gz")


#: How an editor saves a file again, in which no line says anything else than it did.
SAVED_AGAIN = {
    "other line ends": lambda text: text.replace("\n", "\r\n"),
    "other line ends here and there": lambda text: text.replace("\n", "\r\n", 2),
    "a mark before": lambda text: f"\ufeff{text}",
    "no last line end": lambda text: text.removesuffix("\n"),
    "empty lines behind": lambda text: f"{text}\n\r\n\n",
    "all of it": lambda text: "\ufeff" + text.replace("\n", "\r\n") + "\r\n",
}


@pytest.mark.parametrize("again", SAVED_AGAIN)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_an_editor_saved_again_says_what_it_said(tab, honest, forged, tmp_path, again, packed):
    for text, due in ((written(honest), "holds"), (forged["two exchanged"], "broken")):
        content = SAVED_AGAIN[again](text).encode()
        content = gzip.compress(content) if packed else content
        (tmp_path / "public.jsonl").write_bytes(content)
        assert (dropped(tab, content)[0], verify_public(tmp_path / "public.jsonl", steps=0.1).ok) == (
            due,
            due == "holds",
        )
    assert find(tmp_path / "public.jsonl", honest[1]["part"]["assignments"]["writ"][0])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\r\n"),
        lambda text: text.replace("\n", " \n"),
        lambda text: f"{text}\r\r\n",
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "\n\ufeff", 1),
        lambda text: f"{text}\0",
    ],
    ids=["two returns", "space", "line of a return", "return alone", "mark within", "zero byte"],
)
def test_nothing_else_between_or_behind_lines_is_passed_over(tab, honest, tmp_path, change):
    text = change(written(honest))
    (tmp_path / "public.jsonl").write_bytes(text.encode())
    try:
        due = "holds" if verify_public(tmp_path / "public.jsonl").ok else "broken"
    except UnusableInputError:
        due = "unusable"
    assert due != "holds"
    assert dropped(tab, text.encode())[0] == due


#: Lets go of files as a hand does that drops them on the page, by name and text.
_DROP = """files => { const held = new DataTransfer();
  for (const [name, text] of files) held.items.add(new File([text], name));
  document.dispatchEvent(new DragEvent("drop", {dataTransfer: held, cancelable: true})); }"""


def test_of_several_files_none_is_checked_and_that_is_said(tab, honest):
    tab.evaluate(_DROP, [["a.jsonl", written(honest)], ["b.jsonl", "no report"]])
    tab.wait_for_selector("body[data-verdict]", state="attached")
    assert tab.evaluate("document.body.dataset.verdict") == "unusable"
    assert "several files, and none was checked" in tab.inner_text("#verdict")


def test_of_two_files_one_after_the_other_the_later_is_shown_whichever_is_ready_first(tab, honest):
    tab.evaluate("held = checkText; checkText = async (...given) => {"
                 " await new Promise(done => setTimeout(done, 300)); return held(...given); }; 0")  # fmt: skip
    tab.evaluate(_DROP, [["first.jsonl", written(honest)]])
    tab.evaluate(_DROP, [["second.jsonl", "no report"]])
    tab.wait_for_timeout(1_500)
    tab.evaluate("checkText = held; 0")
    assert "second.jsonl" in tab.inner_text("#verdict")
    assert tab.evaluate("document.body.dataset.verdict") == "unusable"


# ---- Forged


def urgent_to_another(made):
    """The only writ of a batch goes to another, as even as before; the file ends there, all hashes made anew."""
    place = next(n for n in range(1, len(made)) if len(made[n]["part"]["assignments"]["writ"]) == 1)
    part = made[place]["part"]
    got = part["assignments"]["enforcer"][0]
    part["assignments"]["enforcer"] = [next(who for who in pool_of(part) if who != got)]
    return mended(made[: place + 1])


def pool_of(part):
    """Members of its largest pool."""
    return max(part["pools"].values(), key=len)


def two_exchanged(made):
    """Two enforcers who had nothing exchange all they got in the first batch, and all hashes are made anew."""
    part = made[1]["part"]
    one, two = pool_of(part)[:2]
    turned = {one: two, two: one}
    part["assignments"]["enforcer"] = [turned.get(who, who) for who in part["assignments"]["enforcer"]]
    return mended(made[:2])


def correction_left_out(made):
    part = next(line["part"] for line in made[1:] if "corrections" in line["part"])
    part["corrections"] = {name: cells[1:] for name, cells in part["corrections"].items()}
    return relinked(made)


def set_anew(made):
    """A balance told as set anew, in the last batch, is named; what it opened with is another then."""
    part = made[-1]["part"]
    made[-1]["corrections"] = sorted([*made[-1].get("corrections", []), [pool_of(part)[0], "state", 7, 3]])
    return made


def lot_left_out(made):
    """The last batch is told as version 0.1.0 did: no record, no version of the lot."""
    for name in ("record", "made", "document", "lot_version", "status_lot", "on_word", "on_imports"):
        made[-1]["part"].pop(name, None)
    return relinked(made)


FORGED = {
    "urgent to another": urgent_to_another,
    "two exchanged": two_exchanged,
    "correction left out": correction_left_out,
    "set anew": set_anew,
    "lot of 0.1.0": lot_left_out,
    **{kind: lambda made, kind=kind: changed(made, kind) for kind in ("swap two writs", "drop a batch", "secret")},
    **{kind: lambda made, kind=kind: changed(made, kind) for kind in ("pool member in", "category", "status")},
}


def changed(made, kind):
    """The first place where there is something of a kind to change, links mended."""
    for place in range(1, len(made)):
        tried = copy.deepcopy(made)
        if KINDS[kind](tried, place) is not False:
            return relinked(tried)
    raise AssertionError(kind)


@pytest.fixture(scope="module")
def forged(honest):
    return {name: written(forge(copy.deepcopy(honest))) for name, forge in FORGED.items()}


@pytest.mark.parametrize("name", FORGED)
def test_the_verdict_is_that_of_verify(tab, forged, tmp_path, name):
    assert agreed(tab, tmp_path, forged[name], name) == "broken"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(",", ", ", 1),
        lambda text: text.replace('"rejected":0', '"rejected":0.0', 1),
        lambda text: text.replace('"rejected":0', '"rejected":7,"rejected":0', 1),
        lambda text: text.replace('"rejected":0', '"rejected":true', 1),
        lambda text: text.replace('"rejected":0', f'"rejected":{2**63}', 1),
        lambda text: text.replace('"enforcer":["E', '"enforcer":["\\u0045', 1),
        lambda text: text.replace('"E1"', '"E1\u200b"'),
        lambda text: text.replace('"lot_version":2,', "", 1),
        lambda text: text.replace("\n", "\n\n", 1),
        lambda text: text + "{}\n",
        lambda text: text[: text.index("\n") + 1],
    ],
    ids=[
        "space",
        "fraction",
        "twice",
        "boolean",
        "too large",
        "escape",
        "unseen",
        "half a lot",
        "empty line",
        "object",
        "no batch",
    ],
)
def test_a_line_that_is_not_as_described_is_broken(tab, honest, tmp_path, change):
    text = change(written(honest))
    assert not judged(tmp_path, text).ok
    verdict, broken, _ = dropped(tab, text)
    assert verdict == "broken"
    assert "format" in broken


def unrecorded(part):
    """By the second lot, and its seed by the rule of 0.1.0, for which a digest of the input can be sought."""
    for name in ("record", "made", "document"):
        del part[name]
    part["seed"] = hashed("tengbol seed", part["secret"], part["input_digest"], part["public_value"] or "")


@pytest.mark.parametrize(
    "change",
    [
        lambda part: part.update(day=part["day"].replace("-", "")),
        lambda part: part.update(made=part["made"].replace("-", "")),
        lambda part: part.update(made="{}-W{:02}-{}".format(*dt.date.fromisoformat(part["made"]).isocalendar())),
        lambda part: part.update(document=""),
        lambda part: part.update(document=" "),
        unrecorded,
    ],
    ids=["compact day", "compact made", "week", "no document", "blank document", "no record"],
)
def test_a_part_that_is_not_as_described_is_broken_though_all_links_fit(tab, honest, tmp_path, change):
    made = copy.deepcopy(honest)
    change(made[-1]["part"])
    text = written(relinked(made))
    report = judged(tmp_path, text)
    assert [finding.subject for finding in report.broken("format")] == [f"line {len(made)}"], str(report)
    verdict, broken, _ = dropped(tab, text)
    assert (verdict, "format" in broken) == ("broken", True)


def test_balances_are_added_up_to_the_last_billionth(tab, tmp_path):
    """Also beyond 2^53, where JavaScript's own numbers would not."""
    made = decide(*SEVEN, key=KEY)
    write_public(of_distribution(typed({**HOME, "writs": SEVEN}), made.whole, batch_id="one"), KEY, tmp_path / "one")
    told = [json.loads(line) for line in (tmp_path / "one").read_text().splitlines()]
    told[0]["opening"] = [["E1", "individual", 9_007_200, LARGE]]
    told = mended(told)
    assert agreed(tab, tmp_path, written(told), "large") == "holds"
    told[0]["opening"][0][3] -= 1
    assert agreed(tab, tmp_path, written(told), "one billionth less") == "broken"


@pytest.mark.soak
def test_a_hundred_forged_files_have_the_verdict_of_verify(tab, honest, tmp_path):
    tried = Counter()
    for kind, made in changes(honest):
        for name, mend in (("linked", relinked), ("as it is", lambda lines: lines)):
            agreed(tab, tmp_path, written(mend(made)), f"{kind}, {name}")
            tried[kind] += 1
    assert tried.total() >= 100


# ---- Without the browser's own hashes


def test_its_own_sha_256_is_sha_256(tab):
    texts = [*("а" * n for n in range(130)), "қ" * 5000, ""]
    own = tab.evaluate("texts => texts.map(text => ownSha256(UTF8.encode(text)))", texts)
    assert own == [sha256(text.encode()).hexdigest() for text in texts]
    assert tab.evaluate("texts => digests(texts)", texts) == own


def test_without_webcrypto_the_verdicts_are_the_same(chromium, place, honest, forged):
    context = chromium.new_context(locale="en-GB")
    context.add_init_script(NO_WEB_CRYPTO)
    tab = context.new_page()
    tab.goto(place.as_uri())
    assert "Hashes by this page itself" in tab.inner_text("footer")
    assert dropped(tab, written(honest)) == ("holds", set(), set())
    for name, text in forged.items():
        assert dropped(tab, text)[0] == "broken", name
    context.close()


# ---- A party and an enforcer find their own


def test_a_party_finds_his_writ_by_a_link_with_its_id(chromium, place, honest):
    part = honest[1]["part"]
    row = next(n for n, bundle in enumerate(part["assignments"]["bundle"]) if bundle is None)
    own, who = part["assignments"]["writ"][row], part["assignments"]["enforcer"][row]
    tab = chromium.new_page(locale="en-GB")
    tab.goto(f"{place.as_uri()}#{own}")
    dropped(tab, written(honest))
    told = tab.inner_text("#found")
    members = part["pools"][part["assignments"]["pool"][row]]
    assert all(one in told for one in members)
    assert tab.inner_text("#found tr.own th") == who
    number = sha256(f"{part['seed']}:{part['assignments']['category'][row]}:{who}".encode()).hexdigest()[:10]
    assert number in told
    tab.close()


def test_an_enforcer_finds_his_line(tab, honest):
    dropped(tab, written(honest))
    tab.fill("#id", "E1")
    tab.click("#ask-go")
    tab.wait_for_selector("#found table")
    got = sum(line["part"]["assignments"]["enforcer"].count("E1") for line in honest[1:])
    received = "all => all.at(-1).querySelectorAll('tbody td:nth-child(5)')"
    cells = tab.eval_on_selector_all("#found table", f"tables => [...({received})(tables)].map(one => one.textContent)")
    assert sum(map(int, cells)) == got > 0
    tab.fill("#id", "nobody")
    tab.click("#ask-go")
    tab.wait_for_selector("#found [role=status]")
    tab.fill("#id", "")
    tab.click("#ask-go")


def test_whose_writs_came_bound_is_told_of_everybody_and_to_himself(tab, honest, tmp_path):
    """Free writs called bound escape the lot; that they need not have been, nobody outside can see."""
    made = copy.deepcopy(honest)
    table = made[1]["part"]["assignments"]
    table["basis"] = [
        "same_case" if who == "E1" else basis for who, basis in zip(table["enforcer"], table["basis"], strict=True)
    ]
    given = Counter(who for line in made[1:] for who in line["part"]["assignments"]["enforcer"])
    bound = table["enforcer"].count("E1")
    text = written(relinked(made))
    dropped(tab, text)
    shown = tab.eval_on_selector_all("[data-check=outside]", "all => all.map(one => one.textContent)")
    told = f"of {given.total()} writs {bound} are bound, of single enforcers: E1 {bound}/{given['E1']}"
    assert [one for one in shown if one.endswith(told)], shown
    report = judged(tmp_path, text)
    assert f"E1 {bound} of {given['E1']} (¶14 {bound})" in str(report)
    assert not report.ok
    tab.fill("#id", "E1")
    tab.click("#ask-go")
    tab.wait_for_selector("#found table")
    cells = "all => [...all.at(-1).querySelectorAll('tbody td:nth-child(6)')].map(one => one.textContent)"
    assert sum(map(int, tab.eval_on_selector_all("#found table", cells))) == bound > 0
    tab.fill("#id", "")
    tab.click("#ask-go")


# ---- How it looks


@pytest.mark.parametrize(("language", "scheme"), [("kk", "dark"), ("ru", "light"), ("en", "dark")])
def test_an_audit_objects_to_nothing_in_any_language(chromium, place, honest, forged, language, scheme):
    tab, seen = shown(
        chromium, place, locale=language, color_scheme=scheme, bypass_csp=True, viewport={"width": 390, "height": 800}
    )
    writ_id = honest[1]["part"]["assignments"]["writ"][0]
    for text in (forged["two exchanged"], written(honest)):
        dropped(tab, text)
        tab.fill("#id", writ_id)
        tab.click("#ask-go")
        tab.wait_for_selector("#found article")
        assert audited(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.evaluate("document.documentElement.lang") == language
    assert not missing_glyphs(tab)
    assert not seen.messages
    tab.close()


def test_every_sentence_is_in_every_language(tab):
    for language in ("kk", "ru"):
        said = tab.evaluate(f"Object.entries(CATALOGUES.{language})")
        assert len(said) > 100
        assert not [sentence for sentence, told in said if not told or told == sentence]


def test_the_page_is_the_same_text_each_time_and_asks_for_nothing_else():
    text = page()
    assert text == page()
    assert "https:" not in text
    assert len(SCRIPTS) == len(set(SCRIPTS))


@pytest.mark.parametrize(
    ("name", "due"), [("public.jsonl.gz", "public.html"), ("p.jsonl", "p.html"), ("kz-11", "kz-11.html")]
)
def test_it_stands_beside_the_public_file(tmp_path, name, due):
    assert beside(tmp_path / name) == tmp_path / due


def test_canonical_text_is_that_of_every_other_program(tab):
    value = {"б": [1, "\u2028", 'a"b\\c', True, False], "a": {"😀": 0, "\uffff": None}}
    assert tab.evaluate("text => canonical(new Reader(text).whole())", canonical(value)) == canonical(value)
