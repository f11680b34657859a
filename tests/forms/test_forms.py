"""The papers of a day: each writ in one act, counts as the tables have them, pages that can be read (¶7, ¶8, ¶15)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

import polars as pl
import pytest
from books import batch, clerk, home, mark, opened, recuse, tengbol
from pdfs import overlapping, pages
from pdfs import text as text_of
from small import district, enforcer, writ, write_tables

from tengbol.book.acts import act
from tengbol.book.amending import annul, withdraw
from tengbol.book.kept import held
from tengbol.book.printing import day_of
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.forms.day import of_folders
from tengbol.forms.document import Code, Lines, cell_text
from tengbol.forms.handover import handover
from tengbol.forms.notices import notices
from tengbol.forms.output import write_forms
from tengbol.forms.post import post
from tengbol.forms.register import protocol, register
from tengbol.forms.typeset import typeset
from tengbol.forms.waiting import waiting
from tengbol.forms.workbook import workbook
from tengbol.report.words import Words
from tengbol.runner import run

AS_OF = dt.datetime(2026, 11, 23, 18)
KEY = "5e" * 32
FORMS = (handover, register, protocol, post, notices, waiting)
LONG = "Ойданшығарылғанов-Ұзынтегінбекұлы Ұзынесімқожахан Әкесінің-атыұлы"
#: Letters that Kazakh has and Russian has not.
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


def tables() -> dict[str, list]:
    writs = [
        writ(
            f"W{n}",
            number=f"{n}/2026",
            form="paper" if n % 3 else "electronic",
            signature=None if n % 3 else "valid",
            original_attached=("false" if n % 20 == 1 else "true") if n % 3 else None,
            debtor_district_id=f"D{n % 2 + 1}",
            creditor_id="The treasury" if n % 4 == 0 else f"creditor {n}",
            debtor_id=f"debtor {n}",
            subject=KAZAKH,
        )
        for n in range(60)
    ]
    people = [enforcer(f"E{n}", f"D{n % 2 + 1}", name=f"{LONG} {n}") for n in range(7)]
    refused = writ("W60", debtor_district_id="nowhere")
    return {"districts": [district("D1"), district("D2")], "enforcers": people, "writs": [*writs, refused]}


@cache
def made() -> tuple[Path, Path]:
    folder = Path(mkdtemp())
    source = write_tables(folder / "in", **tables())
    run(source, folder / "out", as_of=AS_OF, seed="01", key=KEY)
    return folder / "out", source


@cache
def day(centres: tuple[str, ...] = ("D1",)):
    result, source = made()
    return of_folders(result, source, key=KEY, centres=centres)


def number_of(entry):
    """The chamber's own number of a writ's entry."""
    return entry.cells[1].values["number"]


def rows(form):
    return [row for paper in form.papers for table in paper.tables for row in table.rows]


@cache
def printed(make, language):
    return pages(typeset(make(day()), Words(language), AS_OF))


def assigned() -> pl.DataFrame:
    return pl.read_parquet(made()[0] / "assignments.parquet")


def test_every_writ_stands_in_exactly_one_act_and_in_that_of_its_enforcer():
    listed = [
        (number_of(row[1]), paper.key)
        for paper in handover(day()).papers
        for table in paper.tables
        for row in table.rows
    ]
    assert sorted(listed) == sorted(assigned().select("writ_id", "enforcer_id").rows())


def test_an_act_counts_its_writs():
    for paper in handover(day()).papers:
        facts = {label.sentence: value for label, value in paper.facts}
        assert facts["Writs in all"].value == sum(len(table.rows) for table in paper.tables)


def test_the_register_has_every_distributed_writ_in_the_order_of_its_coming():
    ids = [number_of(row[2]) for row in rows(register(day()))]
    order = day().given.select("received_at", "writ_id").rows()
    assert ids == [writ_id for _, writ_id in order] == [writ_id for _, writ_id in sorted(order)]
    assert set(ids) == set(assigned()["writ_id"])


def test_the_protocol_counts_as_the_tables_do():
    by_enforcer, by_basis, by_reason = protocol(day()).papers[0].tables
    counts = dict(assigned().group_by("enforcer_id").len().rows())
    told = {row[1].cells[1]: row[-1].value for row in by_enforcer.rows[:-1]}
    assert told == {f"E{n}": counts.get(f"E{n}", 0) for n in range(7)}
    assert by_enforcer.rows[-1][-1].value == sum(row[-1].value for row in by_basis.rows) == assigned().height
    unassigned = pl.read_parquet(made()[0] / "unassigned.parquet").height
    assert sum(row[-1].value for row in by_reason.rows) == unassigned == day().waiting.height > 0


def test_what_waits_stands_there_with_its_term_and_its_reason():
    paper = waiting(day()).papers[0]
    writs, refused = paper.tables
    assert {number_of(row[2]) for row in writs.rows} == {"W1", "W41"}
    for row in writs.rows:
        # Received on a Friday.
        assert row[6] == dt.date(2026, 11, 25)
        assert "түпнұсқасы" in cell_text(row[7], Words("kk"))
    ((document, where, wrong),) = refused.rows
    assert cell_text(document, Words("ru")) == "№ N-W60 от 02.11.2026\nРег. № W60"
    assert cell_text(where, Words("ru")) == "writs.csv, строка 62, «debtor_district_id»"
    assert "«Район регистрации должника»" in cell_text(wrong, Words("ru"))
    assert "nowhere" in cell_text(wrong, Words("kk"))


def test_of_a_refused_row_a_workbook_names_sheet_and_cell(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for name, given in tables().items():
        columns = sorted({column for row in given for column in row})
        sheet = book.create_sheet(name)
        for cells in [columns, *([row.get(column) for column in columns] for row in given)]:
            sheet.append(cells)
    del book["Sheet"]
    book.save(tmp_path / "in.xlsx")
    run(tmp_path / "in.xlsx", tmp_path / "out", as_of=AS_OF, seed="01")
    paper = waiting(of_folders(tmp_path / "out", tmp_path / "in.xlsx")).papers[0]
    ((_, where, _),) = paper.tables[-1].rows
    at = columns.index("debtor_district_id") + 1
    assert cell_text(where, Words("kk")) == f"writs, {openpyxl.utils.get_column_letter(at)}62"


def test_where_nobody_wrote_the_time_the_day_stands_alone():
    writs = (
        day()
        .given.head(2)
        .with_columns(received_at=pl.Series([dt.datetime(2026, 11, 20), dt.datetime(2026, 11, 20, 9, 30)]))
    )
    first, second = register(replace(day(), given=writs)).papers[0].tables[0].rows
    assert cell_text(first[1], Words("ru"), brief=True).startswith("20.11.2026\n")
    assert cell_text(second[1], Words("ru"), brief=True).startswith("20.11.2026 09:30\n")


def test_enforcers_stand_in_the_order_of_the_alphabet(tmp_path):
    told = (
        "Алиев Әбдіров Беков Ғалиев Дәуітов Ёлкин Жақыпов Ибраев Қасымов Лим Нұрланов Ңгуен Оспанов Өтегенов Серік "
        "Умаров Ұзақов Үсенов Хан һарун Шәріп Іргебаев Яков"
    )
    names = told.split()
    people = [enforcer(f"E{len(names) - n}", name=name) for n, name in enumerate(names)]
    writs = [writ(f"W{n}", debtor_id=f"d{n}") for n in range(2 * len(names))]
    write_tables(tmp_path / "in", districts=[district("D1")], enforcers=people, writs=writs)
    run(tmp_path / "in", tmp_path / "out", as_of=AS_OF, seed="01")
    made_of = of_folders(tmp_path / "out", tmp_path / "in")
    assert made_of.enforcers["name"].to_list() == names
    assert [row[1].cells[0] for row in protocol(made_of).papers[0].tables[0].rows[:-1]] == names
    assert [paper.key for paper in handover(made_of).papers] == [person["enforcer_id"] for person in people]


def test_letters_go_to_those_whose_office_is_outside_the_centres():
    def addressed(centres):
        return {row[1].cells[1] for row in rows(post(day(centres)))}

    paper = assigned().join(day().given.filter(pl.col("form") == "paper"), on="writ_id", how="semi")
    everybody = set(paper["enforcer_id"])
    assert addressed(()) == everybody
    assert addressed(("D1",)) == {name for name in everybody if int(name[1:]) % 2} != everybody
    assert addressed(("D1", "D2")) == set()
    # Whom nothing is told of, that is said.
    assert len(post(day(())).papers[0].notes) == len(post(day()).papers[0].notes) + 1


def test_no_act_says_how_paper_comes_where_nobody_has_told_the_centres():
    def said(centres):
        return {paper.key: paper.notes[0].sentence for paper in handover(day(centres)).papers if len(paper.notes) > 1}

    unsaid, told = said(()), said(("D1",))
    letters = {row[1].cells[1] for row in rows(post(day(("D1",))))}
    assert set(unsaid) == set(told) and all(one.startswith("Paper writs: an enforcer whose") for one in unsaid.values())
    assert {who for who, one in told.items() if "go by registered letter" in one} == letters
    assert {who for who, one in told.items() if "by hand" in one} == set(told) - letters != set()


def test_a_letter_holds_all_paper_writs_of_its_addressee():
    told = {row[1].cells[1]: row[4].value for row in rows(post(day(())))}
    paper = day().given.filter(pl.col("form") == "paper")
    assert told == dict(paper.group_by("enforcer_id").len().rows())


def test_each_creditor_gets_one_notice_of_each_enforcer_with_all_his_writs():
    papers = notices(day()).papers
    groups = day().given.group_by("enforcer_id", "creditor_id").len()
    assert len(papers) == groups.height < day().given.height
    told = Counter(len(paper.tables[0].rows) for paper in papers)
    assert told == Counter(groups["len"].to_list())


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("make", FORMS)
def test_no_two_words_of_a_printed_page_stand_on_each_other(make, language):
    for number, page in enumerate(printed(make, language), 1):
        assert page, number
        assert not overlapping(page), number


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_pages_are_numbered_within_each_paper(language):
    papers = handover(day()).papers
    numbers = [
        re.findall(r"(\d+) / (\d+)", " ".join(word.text for word in page[-8:])) for page in printed(handover, language)
    ]
    found = [tuple(map(int, number[-1])) for number in numbers]
    assert Counter(first for first, _ in found)[1] == len(papers)
    assert all(first <= last for first, last in found)
    for (first, last), (following, _) in pairwise(found):
        assert following == (1 if first == last else first + 1)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_what_is_printed_is_what_stands_in_the_tables(language):
    said = [word.text for page in printed(handover, language) for word in page]
    known = set(day().given["writ_id"])
    assert sorted(word for word in said if word in known) == sorted(known)
    joined = "".join(said)
    for row in rows(handover(day())):
        assert row[-1].public_id in joined
    assert joined.count(KAZAKH) == len(known)


def test_kazakh_letters_stand_in_the_text_layer():
    said = text_of(typeset(register(day()), Words("kk"), AS_OF))
    assert "Бөлінген атқарушылық құжаттардың тізілімі" in said


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("make", FORMS)
def test_no_english_is_left_in_a_form(make, language):
    words = Words(language)
    for paper in make(day()).papers:
        titles = [title for table in paper.tables for title in table.head]
        labels = [label for label, _ in paper.facts] + [who for who, _ in paper.signatures]
        for said in [paper.title, *titles, *labels, *paper.sentences, *paper.notes]:
            assert not set(re.findall(r"[A-Za-z]+", words.template(said))) - {
                *("QR", "tengbol", "verify", "number", "day"),
            }


def test_the_same_day_gives_the_same_bytes():
    again = of_folders(*made(), key=KEY, centres=("D1",))
    for make in FORMS:
        assert workbook(make(day()), Words("kk")) == workbook(make(again), Words("kk"))
    assert typeset(handover(day()), Words("ru"), AS_OF) == typeset(handover(again), Words("ru"), AS_OF)


def test_the_order_of_the_input_rows_changes_nothing(tmp_path):
    turned = {name: rows[::-1] for name, rows in tables().items()}
    source = write_tables(tmp_path / "in", **turned)
    run(source, tmp_path / "out", as_of=AS_OF, seed="01", key=KEY)
    other = of_folders(tmp_path / "out", source, key=KEY, centres=("D1",))
    for make in (handover, post, notices):
        one, two = ([(paper.key, paper.tables) for paper in make(that).papers] for that in (day(), other))
        assert one == two


def test_a_workbook_has_a_sheet_for_each_act_and_a_row_for_each_writ():
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook(handover(day()), Words("kk"))))
    assert book.sheetnames == [paper.key for paper in handover(day()).papers]
    texts = [str(cell.value) for sheet in book for [cell] in sheet.iter_rows(min_col=2, max_col=2)]
    ids = [found[1] for text in texts if (found := re.search(r"\nТіркеу № (W\d+)$", text))]
    assert sorted(ids) == sorted(assigned()["writ_id"])


def test_without_a_key_there_is_no_public_id():
    result, source = made()
    bare = of_folders(result, source)
    for make in (handover, notices):
        for paper in make(bare).papers:
            for table in paper.tables:
                assert "Public id" not in [title.sentence for title in table.head]
                assert all(len(row) == len(table.head) for row in table.rows)
                assert not any(isinstance(cell, Code) for row in table.rows for cell in row)


def test_forms_are_written_whole_and_only_over_earlier_forms(tmp_path):
    write_forms(day(), tmp_path / "forms", ["ru"])
    first = {path.name: path.read_bytes() for path in (tmp_path / "forms").iterdir()}
    assert {"manifest.json", "handover-ru.pdf", "notices-ru.xlsx", "waiting-ru.pdf"} < set(first)
    assert len(first) == 1 + 2 * len(FORMS)
    write_forms(day(), tmp_path / "forms", ["ru"])
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "forms").iterdir()}
    (tmp_path / "forms" / "own.txt").write_text("mine")
    with pytest.raises(UnusableInputError, match=r"own\.txt"):
        write_forms(day(), tmp_path / "forms", ["ru"])
    _, source = made()
    with pytest.raises(UnusableInputError, match="the input"):
        write_forms(day(), source, ["ru"], spared={"the input": source})


def test_without_typst_there_are_the_workbooks(tmp_path, monkeypatch):
    monkeypatch.setattr("tengbol.report.paper.find_spec", lambda _: None)
    write_forms(day(), tmp_path / "forms", ["kk"])
    present = {path.name for path in (tmp_path / "forms").iterdir()}
    assert len(present) == 1 + len(FORMS)
    assert all(name.endswith((".xlsx", ".json")) for name in present)


def test_a_chamber_may_have_templates_of_its_own(tmp_path):
    (tmp_path / "post.typ").write_text('#let told = json("form.json")\nOwn letterhead #told.papers.at(0).title')
    assert text_of(typeset(post(day()), Words("ru"), AS_OF, tmp_path)).startswith("Own letterhead Список заказных")
    assert "Own" not in text_of(typeset(waiting(day()), Words("ru"), AS_OF, tmp_path))
    (tmp_path / "form.typ").write_text("#let")
    with pytest.raises(UnusableInputError, match=r"form\.typ: Typst cannot set it"):
        typeset(waiting(day()), Words("ru"), AS_OF, tmp_path)


def test_several_chambers_are_told_apart(tmp_path):
    source = write_tables(
        tmp_path / "in",
        districts=[district("D1", "C1"), district("D2", "C2")],
        enforcers=[enforcer("E1", "D1"), enforcer("E2", "D2")],
        writs=[writ("W1"), writ("W2", debtor_district_id="D2")],
    )
    run(source, tmp_path / "out", as_of=AS_OF, seed="01")
    with pytest.raises(UnusableInputError, match="--chamber is needed: the input holds C1, C2"):
        of_folders(tmp_path / "out", source)
    other = of_folders(tmp_path / "out", source, chamber_id="C2")
    assert [paper.key for paper in handover(other).papers] == ["E2"]
    assert [row[1].cells[1] for row in protocol(other).papers[0].tables[0].rows[:-1]] == ["E2"]


def test_a_batch_of_a_book_has_the_same_papers(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from tengbol.cli import app

    monkeypatch.chdir(tmp_path)
    store = opened(f"sqlite:///{tmp_path}/my.book", tmp_path, tables())
    batch(store, clerk(at=AS_OF), as_of=AS_OF)
    done = CliRunner().invoke(app, ["forms", "my.book", "--batch", "1", "--out", "forms", "--lang", "kk"])
    assert done.exit_code == 0, done.output
    said = text_of((tmp_path / "forms" / "handover-kk.pdf").read_bytes())
    ids = re.findall(r"\bW\d+\b", said)
    assert len(ids) == len(set(ids)) == day().given.height


NEXT = AS_OF + dt.timedelta(days=1)
SECOND = replace(clerk(document="act 3 of 24.11.2026", at=NEXT), second="second")
#: What is done to writs after their batch, and what every paper of it then says in their rows.
SINCE = {
    "W0": (lambda store: withdraw(store, SECOND, "W0", reason="creditor_withdrew"), "Отозван 24.11.2026"),
    "W1": (lambda store: annul(store, SECOND, "W1", reason="entered_twice"), "Аннулирован 24.11.2026"),
    "W2": (lambda store: mark(store, SECOND, "closed", ["W2"]), "Закрыт 24.11.2026"),
    "W3": (lambda store: taken(store, "W3"), "Изъят; ждёт распределения с 24.11.2026"),
}


def taken(store, writ_id):
    (who,) = held(store, "ledger", "t.writ_id = :id AND t.closed_at IS NULL", id=writ_id)["enforcer_id"]
    recuse(store, SECOND, writ_id, who, ground="article_54", decision="No. 7")


@pytest.fixture
def after(url, tmp_path):
    """A book whose first batch gave W0 to W5, of which W0 to W3 are no longer as it gave them; W6 waits."""
    of_paper = {"form": "paper", "signature": None, "original_attached": "true"}
    odd = {0: of_paper, 6: {"signature": "absent"}}
    writs = [writ(f"W{n}", **{"number": f"{n}/2026", **odd.get(n, {})}) for n in range(7)]
    store = opened(url, tmp_path, home(writs=writs))
    batch(store, clerk(), as_of=AS_OF)
    for done, _ in SINCE.values():
        done(store)
    return store


def rows_of(form, writ_id):
    """Rows of a form in which a writ stands, as text."""
    said = [[cell_text(cell, Words("ru"), brief=True) for cell in row] for row in rows(form)]
    return [" ".join(row) for row in said if any(f"№ {writ_id[1:]}/2026 " in text for text in row)]


def test_p7_a_writ_that_is_no_longer_the_enforcers_is_marked_in_every_paper(after):
    """Nobody is to sign for a writ, or to write to its creditor, that was taken from him meanwhile."""
    printed = day_of(after, 1, "C1")
    for make in (handover, register, notices):
        for writ_id in printed.given["writ_id"]:
            [row] = rows_of(make(printed), writ_id)
            _, told = SINCE.get(writ_id, (None, ""))
            assert told in row, (make, row)
            assert ("24.11.2026" in row) == (writ_id in SINCE), (make, row)
    assert "Отозван 24.11.2026" in rows_of(post(printed), "W0")[0]


def test_p7_an_act_counts_what_is_no_longer_the_enforcers(after):
    label = "Writs ended, taken back or distributed anew since then"
    counts = {}
    for paper in handover(day_of(after, 1, "C1")).papers:
        counts[paper.key] = {fact.sentence: value for fact, value in paper.facts}.get(label)
    given = held(after, "assignments").filter(pl.col("writ_id").is_in(list(SINCE)))
    due = dict(given.group_by("enforcer_id").len().rows())
    assert {who: count.value for who, count in counts.items() if count} == due


def test_p7_a_writ_that_another_batch_gave_names_its_enforcer_now(after):
    """Also one that waited: whoever has the list of what waits need look for it no more."""
    with act(after, clerk(), "mended") as doing:
        row = held(after, "writs", "t.writ_id = 'W6'")
        doing.end("writs", row)
        doing.write("writs", row.with_columns(signature=pl.lit("valid")).select(TABLES["writs"].columns))
    batch(after, clerk(), as_of=NEXT)
    now = dict(held(after, "assignments", "t.batch_id = 'C1-000002'").select("writ_id", "enforcer_id").rows())
    printed = day_of(after, 1, "C1")
    [taken_back], [waited] = rows_of(handover(printed), "W3"), rows_of(waiting(printed), "W6")
    assert f"Распределён после этого: {now['W3']} (C1-000002)" in taken_back
    assert f"Распределён после этого: {now['W6']} (C1-000002)" in waited
    assert printed.given["writ_id"].to_list() == [f"W{n}" for n in range(6)]


def test_forms_name_the_writs_that_are_no_longer_as_the_batch_gave_them(tmp_path, after):
    done = tengbol("forms", after.url.removeprefix("sqlite:///"), "--batch", 1, "--out", tmp_path / "out", "--json")
    told = json.loads(done.stdout)
    assert told["ended"] == list(SINCE)
    assert told["notes"] == [
        "No longer as this batch gave them, for they ended, were taken back or were distributed anew: 4 (W0, W1, W2, "
        "W3). Every paper marks them."
    ]


def test_names_that_the_chamber_keeps_stand_over_the_ids(tmp_path):
    source = write_tables(
        tmp_path / "in", districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W1"), writ("W2")]
    )
    writs = pl.read_csv(source / "writs.csv").with_columns(
        debtor_name=pl.Series([LONG, None]), creditor_name=pl.Series(["ТОО «Өндіруші»", None])
    )
    writs.write_csv(source / "writs.csv")
    run(source, tmp_path / "out", as_of=AS_OF, seed="01")
    named = of_folders(tmp_path / "out", source)
    [first, second] = [[cell_text(cell, Words("kk")) for cell in row] for row in rows(handover(named))]
    assert first[4:6] == [f"{LONG}\ndebtor of W1", "ТОО «Өндіруші»\ncreditor of W1"]
    assert second[4:6] == ["debtor of W2", "creditor of W2"]
    assert "ТОО «Өндіруші»" in text_of(typeset(notices(named), Words("ru"), AS_OF))


def test_lines_leave_out_what_is_not_known():
    assert cell_text(Lines([None, "B", ""]), Words("kk")) == "B"


def test_p5_papers_name_paragraphs_and_signatures_in_their_language(tmp_path):
    writs = [
        writ("W1", signature="invalid"),
        writ("W2", signature="absent"),
        writ("W3", claim="eviction", state_interest="true"),
        writ("W4"),
    ]
    write_tables(tmp_path / "in", districts=[district("D1")], enforcers=[enforcer("E1")], writs=writs)
    run(tmp_path / "in", tmp_path / "out", as_of=AS_OF, seed="01")
    paper = waiting(of_folders(tmp_path / "out", tmp_path / "in")).papers[0]
    for language, words, never in (
        ("ru", ["(подпись: недействительна)", "(подпись: отсутствует)", "п. 4"], "не распределяется"),
        ("kk", ["(қолтаңба: жарамсыз)", "(қолтаңба: жоқ)", "4-тармақ"], "бөлінбейді"),
    ):
        told = [[cell_text(cell, Words(language), brief=True) for cell in row] for row in paper.tables[0].rows]
        assert all(word in row[7] for word, row in zip(words, told, strict=True))
        assert not any("¶" in cell or "invalid" in cell or "absent" in cell for row in told for cell in row)
        assert [row[6] for row in told] == ["25.11.2026", "25.11.2026", never]


def test_p7_a_writ_to_be_executed_immediately_is_marked_on_act_and_register(tmp_path):
    writs = [writ("W1", immediate="true"), writ("W2")]
    write_tables(tmp_path / "in", districts=[district("D1")], enforcers=[enforcer("E1")], writs=writs)
    run(tmp_path / "in", tmp_path / "out", as_of=AS_OF, seed="01")
    made_of = of_folders(tmp_path / "out", tmp_path / "in")
    for make, place in ((handover, 1), (register, 2)):
        texts = {number_of(row[place]): cell_text(row[place], Words("ru")) for row in rows(make(made_of))}
        assert texts == {
            "W1": "№ N-W1 от 02.11.2026\nРег. № W1\nК немедленному исполнению",
            "W2": "№ N-W2 от 02.11.2026\nРег. № W2",
        }


def test_p15_a_notice_names_the_chamber():
    for paper in notices(day()).papers:
        assert "C1" in [value for label, value in paper.facts if label.sentence == "Regional chamber"]


@pytest.mark.parametrize(("language", "said"), [("ru", "5 720 000 тенге"), ("kk", "5 720 000 теңге")])
def test_p4_sums_of_writs_that_wait_are_written_as_sums_are(language, said, tmp_path):
    rows = [writ("W1", creditor_kind="state", amount="5720000", debtor_district_id="D1")]
    write_tables(tmp_path / "in", districts=[district("D1")], enforcers=[enforcer("E1", "D1")], writs=rows)
    run(tmp_path / "in", tmp_path / "out", as_of=AS_OF, seed="01")
    form = waiting(of_folders(tmp_path / "out", tmp_path / "in"))
    (why,) = [row[-1] for row in form.papers[0].tables[0].rows]
    text = cell_text(why, Words(language)).replace("\xa0", " ")
    assert said in text and "4 325 000" in text and "00.00" not in text, text
