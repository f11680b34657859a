"""`docs/dev/imports.svg`: which room imports which, from the source, in the layers that the import contracts hold."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
PICTURE: Final = ROOT / "docs" / "dev" / "imports.svg"
_CELL: Final = 34
_LEFT: Final = 92
_TOP: Final = 92


def layers() -> list[list[str]]:
    """Rooms, from the top down, as the first contract of `pyproject.toml` has them; others last."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    named = [[room.strip().removeprefix("tengbol.") for room in layer.split("|")] for layer in contracts[0]["layers"]]
    others = sorted(rooms() - {room for layer in named for room in layer})
    return [*named, others] if others else named


def rooms() -> set[str]:
    """Packages and modules that stand directly in the package."""
    entries = (path for path in (ROOT / "tengbol").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
    return {path.stem for path in entries} - {"__init__", "__main__"}


def arrows() -> Counter[tuple[str, str]]:
    """How many modules of one room import another room while they run; imports for type checkers do not count."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted((ROOT / "tengbol").rglob("*.py")):
        own = path.relative_to(ROOT / "tengbol").parts[0].removesuffix(".py")
        if own in ("__init__", "__main__"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for other in sorted({room for room in _imported(tree) if room != own}):
            found[own, other] += 1
    return found


def _imported(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.ImportFrom) and child.module and child.module.startswith("tengbol"):
            parts = child.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else [name.name for name in child.names if name.name in rooms()]
        elif isinstance(child, ast.Import):
            yield from (name.name.split(".")[1] for name in child.names if name.name.startswith("tengbol."))
        yield from _imported(child)


def picture() -> str:
    """A square for each pair of rooms: the row imports the column, so what runs one way lies right of the diagonal."""
    order = [room for layer in layers() for room in layer]
    place = {room: number for number, room in enumerate(order)}
    side = len(order) * _CELL
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + side + 40} {_TOP + side + 10}" '
        'font-family="sans-serif" font-size="13" role="img" aria-label="Which package imports which">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    start = 0
    for number, layer in enumerate(layers()):
        height = len(layer) * _CELL
        y = _TOP + start * _CELL
        fill = "#f3f5f7" if number % 2 == 0 else "#fff"
        parts.append(f'<rect x="0" y="{y}" width="{_LEFT + side + 40}" height="{height}" fill="{fill}"/>')
        start += len(layer)
    for room, number in place.items():
        middle = number * _CELL + _CELL / 2
        x, y = _LEFT + middle, _TOP + middle
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end" fill="#1b2733">{room}</text>')
        parts.append(f'<text transform="translate({x + 4} {_TOP - 8}) rotate(-60)" fill="#1b2733">{room}</text>')
        parts.append(f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="#9aa7b4"/>')
    for (above, below), count in sorted(arrows().items()):
        x, y = _LEFT + place[below] * _CELL, _TOP + place[above] * _CELL
        fill = "#0b6e8a" if place[below] > place[above] else "#b3261e"
        strength = min(1.0, 0.25 + count / 40)
        parts.append(
            f'<rect x="{x + 2}" y="{y + 2}" width="{_CELL - 4}" height="{_CELL - 4}" fill="{fill}" '
            f'fill-opacity="{strength:.2f}"/>'
        )
        dark = "#fff" if strength > 0.6 else "#1b2733"
        parts.append(
            f'<text x="{x + _CELL / 2}" y="{y + _CELL / 2 + 4}" text-anchor="middle" fill="{dark}">{count}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
