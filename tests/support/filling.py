"""Forms of a page as a browser without scripts has them: what stands in each, what can be chosen, and what is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """values: by field what is sent of it. choices: by field of a list all that can be chosen."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, name: str, *values: str) -> bool:
        """Write into a field, or choose; whether it can be done."""
        assert name in self.values, (name, self.action)
        if not set(values) <= set(self.choices.get(name, values)):
            return False
        self.values[name] = list(values)
        return True


def forms(page: str) -> list[Form]:
    """The forms of a page, in their order."""
    reader = _Reader()
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(told["action"])
            self.found.append(self._form)
        if self._form is None:
            return
        form, name, value = self._form, told.get("name", ""), told.get("value", "")
        if tag == "option":
            form.choices[self._list].append(value)
            if "selected" in told:
                form.values[self._list].append(value)
        elif not name:
            return
        elif tag == "select":
            self._list = name
            form.values[name], form.choices[name] = [], []
        elif told.get("type") == "checkbox":
            form.choices.setdefault(name, []).append(value)
            form.values.setdefault(name, []).extend([value] if "checked" in told else [])
        elif tag == "textarea":
            form.values[name] = [""]
        elif tag == "button":
            # One button of a form is pressed: where there is one, its name is sent.
            form.values.setdefault(name, [value])
        elif tag == "input":
            form.values.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
