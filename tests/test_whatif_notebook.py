"""The notebook in docs runs as it stands, and says what it says there."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbconvert.preprocessors import ExecutePreprocessor

NOTEBOOK = Path(__file__).parent.parent / "docs" / "whatif.ipynb"


def _said(notebook) -> list[str]:
    """What cells show as text; pictures depend on a machine's fonts."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert all(output.output_type == "execute_result" for output in outputs), outputs
    return [output.data["text/plain"] for output in outputs]


def test_the_notebook_is_what_running_it_gives():
    written = nbformat.read(NOTEBOOK, as_version=4)
    again = nbformat.read(NOTEBOOK, as_version=4)
    ExecutePreprocessor(timeout=300, record_timing=False).preprocess(again)
    assert _said(again) == _said(written)
    pictures = [output for cell in again.cells for output in cell.get("outputs", ()) if "image/svg+xml" in output.data]
    assert len(pictures) == 3
