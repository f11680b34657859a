"""The explanation of every writ, made a second time of what the input gives (¶15), by the templates of `wording`."""

from __future__ import annotations

from functools import cached_property
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tengbol.verify.bundles import PARAGRAPH_OF_BASIS
from tengbol.verify.placing import alike, as_one, gathered, numbered_as
from tengbol.verify.wording import SIGNATURES, TEMPLATES, catalogue, plural

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tengbol.model.chamber import Chamber
    from tengbol.verify.bundles import Derived
    from tengbol.verify.placing import Ints, Named

#: More names than this are counted, not listed.
_NAMES: Final = 8


class Wording:
    """Sentences of one batch in a language."""

    def __init__(self, chamber: Chamber, derived: Derived, language: str = "en") -> None:
        in_it = catalogue(language)
        self.language, self.in_it, self.derived = language, in_it, derived
        self.said: dict[str, dict[str, Any]] = {
            part: {
                name: in_it.get(text, [text])[0] if isinstance(text, str) else [in_it.get(t, [t])[0] for t in text]
                for name, text in templates.items()
            }
            for part, templates in TEMPLATES.items()
        }
        self.signatures = {word: in_it.get(word, [word])[0] for word in SIGNATURES}
        names = chamber.enforcers.select("enforcer_id", "name").with_columns(
            who=pl.when(pl.col("name") == pl.col("enforcer_id"))
            .then("name")
            .otherwise(pl.concat_str("name", pl.lit(" ("), "enforcer_id", pl.lit(")")))
        )
        self.who = names.select("enforcer_id", pl.coalesce("who", "enforcer_id"))
        self.around: dict[tuple[Any, ...], tuple[str, str, str]] = {}
        self.left: dict[int, str] = {}  # by the pool that was asked for, who is left out of it
        self.district = dict(chamber.districts.select("district_id", "name").iter_rows())

    def differ(self, assignments: pl.DataFrame, place: pl.Series, who: Named, day: date) -> pl.Series:
        """Of which writs distributed on `day` the explanation is not the one that is due.

        Of those that are not passed over, nearly all, many have the same, which is made once. place: of each among
        the writs of the input, null where it is none. who: `enforcer_id` of each.
        """
        derived, told = self.derived, assignments["explanation"]
        row, due_by = derived.row_of.gather(place), derived.writs["by"].gather(place)
        usual = (
            assignments["enforcer_id"].is_not_null()
            & due_by.is_not_null()
            & ~derived.groups["group"].is_in(self.passed["group"].implode()).gather(row)
        ).fill_null(False)
        own, shared = (~usual).arg_true(), usual.arg_true()
        # Days of which it is late, 0 of those that are not.
        late = (day - due_by.gather(shared)).dt.total_days().clip(0).to_numpy()
        number, first = alike(as_one(self._reasons(who.number[shared.to_numpy()], row.gather(shared)), late))
        one = shared.gather(first)
        out = np.zeros(len(place), dtype=bool)
        for where, rows, which in ((own, own, None), (shared, one, number)):
            due = self.assigned(self._beside(assignments["enforcer_id"], place, row, rows), day)
            due = due if which is None else due.gather(which)
            out[where.to_numpy()] = told.gather(where).ne_missing(due).to_numpy()
        return pl.Series("words", out)

    def _reasons(self, who: Ints, row: pl.Series) -> Ints:
        """`(N,)` one number for all that the explanation of a writ has that is not passed over, but its day."""
        groups = self.derived.groups
        told = groups.select("asked", "size", pl.col("alike").fill_null(0), bound=pl.col("bound_to").is_not_null())
        basis = numbered_as(groups["basis"], list(PARAGRAPH_OF_BASIS))
        of_group = as_one(basis, *(told[name].to_numpy() for name in told.columns))
        return as_one(of_group[row.to_numpy()], who)

    def _beside(self, enforcers: pl.Series, place: pl.Series, row: pl.Series, rows: pl.Series) -> pl.DataFrame:
        """What `assigned` asks of some rows."""
        groups = self.derived.groups.select("asked", "bound_to", "size", "alike", due_basis="basis")
        writs = self.derived.writs.select("group", due_by="by")
        of_writs, of_groups = gathered(writs, place.gather(rows)), gathered(groups, row.gather(rows))
        return of_writs.hstack(of_groups).with_columns(enforcers.gather(rows).alias("enforcer_id"))

    def assigned(self, rows: pl.DataFrame, day: date) -> pl.Series:
        """The explanation of each of some writs distributed on `day`.

        rows: `enforcer_id`, `group`, `asked`, `due_basis`, `bound_to`, `size`, `alike`, `due_by` (when it was due).
        """
        kind = ("asked", "due_basis", "bound", "size", "alike")
        bound = pl.col("bound_to").is_not_null()
        rows = rows.select("asked", "due_basis", "size", "alike", "enforcer_id", "group", "due_by", bound=bound)
        kinds = rows.select(kind).unique().filter(pl.col("asked").is_not_null()).with_row_index("kind")
        told = [self._told(cells) for cells in kinds.select(kind).iter_rows()]
        before, between, after = (pl.Series([one[part] for one in told], dtype=pl.String) for part in range(3))
        late = filled(f" {self.said['beside']['late']}", {"day": pl.col("due_by").cast(pl.String)})
        some = (
            rows.join(kinds, on=kind, how="left", maintain_order="left", nulls_equal=True)
            .join(self.who, on="enforcer_id", how="left", maintain_order="left")
            .join(self.passed, on="group", how="left", maintain_order="left")
            .select("kind", "passed", "due_by", who=pl.coalesce("who", "enforcer_id"))
        )
        place = some["kind"]
        return some.select(
            pl.concat_str(
                before.gather(place), "who", between.gather(place), pl.col("passed").fill_null(""),
                after.gather(place), pl.when(pl.col("due_by") < day).then(late).otherwise(pl.lit("")),
            )
        ).to_series()  # fmt: skip

    def _told(self, kind: tuple[Any, ...]) -> tuple[str, str, str]:
        """As `_around`, of each kind once."""
        if kind not in self.around:
            self.around[kind] = self._around(*kind)
        return self.around[kind]

    def _around(self, place: int, basis: str, bound: bool, size: int, alike: int | None) -> tuple[str, str, str]:
        """What stands before the enforcer's name, between that and whom it was passed over, and after that."""
        asked = self.derived.asked[place]
        pool, one = len(asked.pool), len(asked.pool) == 1
        given = self.said["given"]
        if bound:
            claim = self.said["claims"][basis][size > 1]
            text = given["bound"].format(paragraph=PARAGRAPH_OF_BASIS[basis], who="\0", claim=claim)
        else:
            district = self.district[asked.district_id]
            text = given[basis + ("_one" if one else "")].format(who="\0", n=pool, district=district)
        before, between = text.split("\0")
        if size > 1:
            between += f" {self._counted('together', size - 1)}"
        if place not in self.left:
            self.left[place] = self._listed((who, why) for _, _, who, why in self.derived.reasons.out_of(asked))
        left = self.left[place]
        after = f" {self.said['beside']['left'].format(list=left)}" if left else ""
        return before, between, f"{after} {self._lot(pool, size, None if bound else alike)}"

    @cached_property
    def passed(self) -> pl.DataFrame:
        """By bundle whose claims on it fell, in a sentence."""
        fell = self.derived.fell.join(self.derived.groups.select("group", "size"), on="group", maintain_order="left")
        kind = ("basis", "reason", "many")
        fell = fell.with_columns(many=pl.col("size") > 1)
        kinds = fell.select(kind).unique()
        text = self.said["beside"]["fallen"]
        told = [
            text.format(
                id="\0",
                claim=f"{self.said['claims'][basis][many]} ({PARAGRAPH_OF_BASIS[basis]})",
                reason=self.said["reasons"][test],
            ).split("\0")
            for basis, test, many in kinds.iter_rows()
        ]
        kinds = kinds.with_columns(
            before=pl.Series([one[0] for one in told], dtype=pl.String),
            after=pl.Series([one[1] for one in told], dtype=pl.String),
        )
        one = pl.concat_str("before", "enforcer_id", "after")
        return (
            fell.join(kinds, on=kind, how="left", maintain_order="left")
            .group_by("group", maintain_order=True)
            .agg(list=one.str.join("; "))
            .select("group", passed=filled(f" {self.said['beside']['passed']}", {"list": pl.col("list")}))
        )

    def _lot(self, pool: int, size: int, alike: int | None) -> str:
        """alike: how many bundles are alike, of one that is free."""
        lot, one = self.said["lot"], pool == 1
        if alike is None:
            return lot["no_lot_one" if one else "no_lot"].format(n=pool)
        if one:
            return lot["no_need"]
        if alike == 1:
            return lot["equals"].format(n=pool)
        return lot["bundles" if size > 1 else "writs"].format(n=pool, alike=alike)

    def unassigned(self, waiting: pl.DataFrame) -> pl.DataFrame:
        """`writ_id` and the explanation, `said`, of each writ that waits. waiting: the table of that name."""
        code, last = pl.col("code"), pl.col("last")
        districts = waiting["district_id"].unique().to_list()
        away = {
            place: self._listed((who, why) for _, _, who, why in self.derived.reasons.away_from(place))
            for place in districts
        }
        there = pl.DataFrame(
            {
                "district_id": districts,
                "district": [self.district[place] for place in districts],
                "absent": [
                    f" {self.said['beside']['away'].format(list=text)}" if (text := away[place]) else ""
                    for place in districts
                ],
            },
            schema={"district_id": pl.String, "district": pl.String, "absent": pl.String},
        )
        claim = pl.lit(None, dtype=pl.String)
        for basis, forms in self.said["claims"].items():
            many = pl.when(pl.col("writs") > 1).then(pl.lit(forms[1])).otherwise(pl.lit(forms[0]))
            claim = pl.when(pl.col("basis") == basis).then(many).otherwise(claim)
        parts = {
            "holder": pl.col("holder"),
            "day": pl.col("received_at").dt.strftime("%Y-%m-%d"),
            "amount": _two_places(pl.col("amount")),
            "limit": pl.col("limit").cast(pl.String),
            "signature": pl.col("signature").fill_null("absent").replace(self.signatures),
            "received_at": pl.col("received_at").dt.strftime("%Y-%m-%d %H:%M:%S"),
            "district": pl.col("district"),
            "claim": claim,
            "last": last.cast(pl.String),
            "index_day": pl.col("index_day").cast(pl.String),
        }
        otherwise = pl.col("index_day").is_not_null() | ((code == "no_eligible_enforcer") & last.is_not_null())
        text = pl.lit(None, dtype=pl.String)
        for part, here in (("waiting", ~otherwise), ("waiting_otherwise", otherwise)):
            for name, template in self.said[part].items():
                text = pl.when(here & (code == name)).then(filled(template, parts)).otherwise(text)
        absent = pl.when(code == "no_eligible_enforcer").then("absent").otherwise(pl.lit(""))
        return waiting.join(there, on="district_id", how="left").select("writ_id", said=pl.concat_str(text, absent))

    def _counted(self, form: str, number: int) -> str:
        many, one = TEMPLATES["counted"][form]
        in_it = self.in_it.get(one)
        said = (one if number == 1 else many) if in_it is None else in_it[plural(self.language)(number)]
        return said.format(n=number)

    def _listed(self, named: Iterable[tuple[str, str]]) -> str:
        """Enforcers by reason, in the order of what is said of it in English."""
        by_reason: dict[str, list[str]] = {}
        for who, why in named:
            by_reason.setdefault(why, []).append(who)
        return "; ".join(
            self.said["beside"]["reason"].format(
                reason=self.said["reasons"][why],
                list=", ".join(sorted(ids)) if len(ids) <= _NAMES else self._counted("enforcers", len(ids)),
            )
            for why, ids in sorted(by_reason.items(), key=lambda pair: TEMPLATES["reasons"][pair[0]])
        )


def filled(template: str, parts: dict[str, pl.Expr]) -> pl.Expr:
    """A template with a text of each row in each of its places."""
    out: list[pl.Expr] = []
    for before, name, _, _ in Formatter().parse(template):
        out.append(pl.lit(before))
        out += [] if name is None else [parts[name]]
    return pl.concat_str(out)


def _two_places(amounts: pl.Expr) -> pl.Expr:
    """Amounts in tenge, as they are written."""
    whole = amounts.floor()
    hundredths = ((amounts - whole) * 100).round(mode="half_to_even").cast(pl.Int64)
    return pl.concat_str(
        (whole.cast(pl.Int64) + hundredths // 100).cast(pl.String),
        pl.lit("."),
        (hundredths % 100).cast(pl.String).str.zfill(2),
    )
