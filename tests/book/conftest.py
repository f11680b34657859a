"""What is counted is kept anew after every few rows, so that each audit of these tests holds it against all rows."""

import pytest

from tengbol.book import counted


@pytest.fixture(autouse=True, scope="session")
def _kept_often():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "_MOST", 2)
        yield
