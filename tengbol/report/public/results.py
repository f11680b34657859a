"""A record of results that were made with the chamber's key, so that they can be published."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.key import commitment
from tengbol.proofs import FILE as CERTIFICATE
from tengbol.report.folders import of_path
from tengbol.report.public.names import public_writs

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.report.record import Record


def of_results(result: Path, source: Path, key: str) -> Record:
    """Record a result with its input, or a folder of results with one of inputs, each made with this key.

    Raises `UnusableInputError` where one was made without a key, or with another.
    """
    record = of_path(result, source)
    proofs: dict[str, str] = {}
    for manifest in sorted([*result.glob("manifest.json"), *result.glob("*/manifest.json")]):
        told = json.loads(manifest.read_bytes())
        lot, proof = told.get("lot"), manifest.with_name(CERTIFICATE)
        if CERTIFICATE in told.get("outputs", {}) and proof.is_file():
            proofs[told["batch_id"]] = proof.read_text("utf-8")
        if not isinstance(lot, dict) or lot.get("key_commitment") != commitment(key):
            raise UnusableInputError(
                "{parent}: was not made with this key, so nobody could replay its lot from what is published; run it "
                "with `tengbol run --key`.",
                parent=manifest.parent,
            )
    bundles = public_writs(key, record.assignments["bundle_id"].to_list())
    proven = pl.DataFrame([*proofs.items()], schema={"batch_id": pl.String, "certificate": pl.String}, orient="row")
    return replace(
        record,
        batches=record.batches.drop("certificate").join(proven, on="batch_id", how="left", maintain_order="left"),
        assignments=record.assignments.with_columns(lot_id=pl.Series(bundles, dtype=pl.String)),
    )
