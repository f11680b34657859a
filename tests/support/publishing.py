"""A book's batches published to a file, and what their check leaves unproven."""

from __future__ import annotations

from tengbol.book.publishing import published
from tengbol.report.public.file import write_public
from tengbol.verify import Kind


def publish(store, file, first=None, last=None):
    told = published(store, chamber_id="C1", first=first, last=last)
    write_public(told.record, told.key, file, before=told.before, commitment=told.commitment, opening=told.opening)
    return file


def unproven(report):
    assert report.ok, str(report)
    return [finding.check for finding in report.of(Kind.UNPROVEN)]
