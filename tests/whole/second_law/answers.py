"""Print what the program, and what `verify`, answer otherwise than the cases ask; run in the tree of the law."""

import sys
from pathlib import Path

from cases import cases_of

asked = cases_of(Path(sys.argv[1]))
for one in asked:
    for whose, differs in (("program", one.by_product()), ("verify", one.by_verify())):
        for difference in differs:
            print(f"{one.sentence} | {whose}: {difference}")
print(len(asked), "cases")
