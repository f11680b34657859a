"""The notebook in docs runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbconvert.preprocessors import ExecutePreprocessor

NOTEBOOK = Path(__file__).parents[2] / "docs" / "whatif.ipynb"


def _headers(notebook) -> list[str]:
    """The shape and columns of every table. Figures follow the optimiser's choice among equals, pictures the fonts."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert all(output.output_type == "execute_result" for output in outputs), outputs
    texts = [output.data["text/plain"] for output in outputs]
    return [re.sub(r"[ ─┬│┌┐]", "", "".join(text.splitlines()[:3])) for text in texts]


@pytest.mark.soak
def test_the_notebook_runs_and_shows_the_tables_and_pictures_that_it_is_written_with():
    written = nbformat.read(NOTEBOOK, as_version=4)
    again = nbformat.read(NOTEBOOK, as_version=4)
    ExecutePreprocessor(timeout=300, record_timing=False).preprocess(again)
    assert _headers(again) == _headers(written)
    pictures = [output for cell in again.cells for output in cell.get("outputs", ()) if "image/svg+xml" in output.data]
    assert len(pictures) == 3
