#!/usr/bin/env bash
# What: xmlschema 4.3.2 with elementpath 5.1.4 (PyPI), the bounds of an `xs:duration`, in XSD 1.0 and 1.1.
# Where it was met: bounds of terms, sums and days in small schemas, the same documents given to two validators.
# Expected: a value is within a bound if it is known to be: `minInclusive` asks for what is greater or equal. Durations
#   are ordered in part only, and of a month and 28 to 31 days the standard says that neither is less. So a term of at
#   least P1M is not P28D, and one of at most P30D not P1M, since a month may have 31 days. lxml refuses both.
# Seen: both are valid. Only what is certainly outside is refused, so what cannot be compared passes, from either side:
#   with P1M as the least and as the most, 28, 29, 30 and 31 days are valid, as is PT672H, and none of them equals a
#   month. 27 and 32 days are told apart rightly, and an `enumeration` of P1M refuses all of them.
# Source: run here; "value < self.value" in xmlschema/validators/facets.py, beside elementpath's order, which is that of
#   the standard (https://www.w3.org/TR/xmlschema-2/#duration-order). None of xmlschema's issues found speaks of it.
# What follows: bound terms in days or in months alone, by a pattern or by a whole number, not by an `xs:duration`.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check xmlschema==4.3.2 elementpath==5.1.4 lxml==6.1.3
"$place/venv/bin/python" - <<'PYTHON'
import xmlschema
from lxml import etree

TERMS = ("P27D", "P28D", "P29D", "P30D", "P31D", "P32D", "PT672H", "P1M")
NOT_COMPARABLE = {"P28D", "P29D", "P30D", "P31D", "PT672H"}


def valid(**facets):
    limits = "".join(f'<xs:{name} value="{value}"/>' for name, value in facets.items())
    text = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="term"><xs:simpleType>'
        f'<xs:restriction base="xs:duration">{limits}</xs:restriction>'
        "</xs:simpleType></xs:element></xs:schema>"
    )
    by_lxml = etree.XMLSchema(etree.fromstring(text))
    found = [{term for term in TERMS if by_lxml.validate(etree.fromstring(f"<term>{term}</term>"))}]
    for kind in (xmlschema.XMLSchema10, xmlschema.XMLSchema11):
        schema = kind(text)
        found.append({term for term in TERMS if schema.is_valid(f"<term>{term}</term>")})
    print(facets, "lxml:", sorted(found[0]), "xmlschema:", sorted(found[1]))
    assert found[1] == found[2], "XSD 1.1 is another matter now"
    return found[:2]


for facets, known in (
    ({"minInclusive": "P1M"}, {"P32D", "P1M"}),
    ({"maxInclusive": "P1M"}, {"P27D", "P1M"}),
    ({"minInclusive": "P1M", "maxInclusive": "P1M"}, {"P1M"}),
):
    by_lxml, seen = valid(**facets)
    assert by_lxml == known
    assert seen == known | NOT_COMPARABLE, "what cannot be compared is refused now"
by_lxml, seen = valid(maxInclusive="P30D")
assert by_lxml == {"P27D", "P28D", "P29D", "P30D", "PT672H"} and seen == by_lxml | {"P1M"}
by_lxml, seen = valid(enumeration="P1M")
assert by_lxml == seen == {"P1M"}
PYTHON
