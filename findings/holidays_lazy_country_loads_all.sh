#!/usr/bin/env bash
# What: holidays 0.109 (PyPI), its loaders of countries that are "lazy", and what a process has loaded when one was asked.
# Where it was met: a check of deadlines in one country, whose start was to be short.
# Expected: `import holidays` loads no country, as its loaders are there for; to make the calendar of one country, or to
#   look only at the class of one, loads that country's module and those it derives from.
# Seen: `import holidays` loads none, and the first touch of any country, by code, by name, by `country_holidays` or by the
#   module's own full path, loads the modules of all 250: each loader imports `holidays.countries.kazakhstan`,
#   and Python first runs the package `holidays.countries`, which imports every country by name. The first touch
#   of a stock exchange loads all 33 of these, and all countries with them.
# Source: run here. Pull request 1087 of vacanza/holidays, which brought the loaders, speaks of what `import holidays` then
#   costs; that one country costs as much as all was found in none.
# What follows: ask the library once and late, or keep the working days of the years one needs in a file that names its
#   version, and ask the library only for others.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check holidays==0.109
loaded() {
    "$place/venv/bin/python" - "$1" <<'PYTHON'
import sys

import holidays

exec(sys.argv[1])
countries, exchanges = (
    sum(name.startswith(f"holidays.{of}.") for name in sys.modules) for of in ("countries", "financial")
)
print(f"{sys.argv[1]}: {countries} countries, {exchanges} exchanges", file=sys.stderr)
print(countries, exchanges)
PYTHON
}
[ "$(loaded 'pass')" = "0 0" ] || { echo "countries are loaded at once now"; exit 1; }
for touch in 'holidays.KZ()' 'holidays.Kazakhstan.country' 'holidays.country_holidays("KZ", years=2026)' \
    'import holidays.countries.kazakhstan'; do
    read -r countries exchanges < <(loaded "$touch")
    [ "$countries" -ge 240 ] && [ "$exchanges" -eq 0 ] || { echo "one country loads fewer now"; exit 1; }
done
read -r countries exchanges < <(loaded 'holidays.NYSE()')
[ "$countries" -ge 240 ] && [ "$exchanges" -ge 30 ] || { echo "one exchange loads fewer now"; exit 1; }
