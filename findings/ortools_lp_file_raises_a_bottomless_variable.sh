#!/usr/bin/env bash
# What: OR-Tools 9.15.6755 (PyPI), a model written in the LP format: `export_to_lp_string` of the model builder, and
#   `ExportModelAsLpFormat` of pywraplp.
# Where it was met: small random models written to files by one solver and read by others, whose optima were compared.
# Expected: who reads the file has the model that was written. A variable that may go as far down as it likes and up to
#   3, as how far a load is above what is due, has those bounds in the file: in that format the lower bound is 0 unless
#   another is written, so "-inf <= above <= 3". HiGHS and SCIP write it so.
# Seen: "above <= 3". Read by HiGHS or by SCIP its lower bound is 0, and the least is 0 where OR-Tools itself finds -5,
#   both said to be optimal. With -1 for 3 the file has no solution. The file in the MPS format is right; so, in the LP
#   format, are a variable without any bound, one with both, and an integer variable of whatever bounds.
# Source: run here; the default is in IBM's page "Bounds in LP file format", the branch without a lower bound in
#   ortools/linear_solver/model_exporter.cc. Issue 662 of google/or-tools was of variables without any bound, which are
#   "free" since; of those with an upper bound alone none was found.
# What follows: hand models on as MPS, or solve the file again and compare, before another solver's word is taken.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check ortools==9.15.6755 highspy==1.16.0 pyscipopt==6.3.0
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
from math import inf
from pathlib import Path

import highspy
import pyscipopt
from ortools.linear_solver import pywraplp
from ortools.linear_solver.python import model_builder


def model(most, whole=False):
    """Load less what is above it is 5; the least that can be above."""
    made = model_builder.Model()
    above = (made.new_int_var if whole else made.new_num_var)(-inf, most, "above")
    made.add(made.new_int_var(0, 10, "load") - above == 5)
    made.minimize(above)
    return made


def by_itself(made):
    solver = model_builder.Solver("scip")
    assert solver.solve(made) == model_builder.SolveStatus.OPTIMAL
    return solver.objective_value


def by_highs(name):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(name)
    solver.run()
    told = solver.modelStatusToString(solver.getModelStatus()).lower()
    return solver.getInfo().objective_function_value if told == "optimal" else told


def by_scip(name):
    solver = pyscipopt.Model()
    solver.hideOutput()
    solver.readProblem(name)
    solver.optimize()
    return solver.getObjVal() if solver.getStatus() == "optimal" else solver.getStatus()


def bounds(text):
    return [line.strip() for line in text.splitlines() if "above" in line and "<=" in line]


for most, whole, seen in ((3, False, 0.0), (-1, False, "infeasible"), (3, True, -5.0), (inf, False, -5.0)):
    made = model(most, whole)
    Path("model.lp").write_text(made.export_to_lp_string())
    Path("model.mps").write_text(made.export_to_mps_string())
    answers = [by_highs("model.lp"), by_scip("model.lp")]
    print(f"up to {most}, {'whole' if whole else 'any'}:", bounds(made.export_to_lp_string()), "LP read:", answers)
    assert by_itself(made) == by_highs("model.mps") == by_scip("model.mps") == -5.0
    assert answers == [seen, seen], "the lower bound is in the file now"

solver = pywraplp.Solver.CreateSolver("GLOP")
above, load = solver.NumVar(-solver.infinity(), 3, "above"), solver.NumVar(0, 10, "load")
solver.Add(load - above == 5)
solver.Minimize(above)
print("pywraplp:", bounds(solver.ExportModelAsLpFormat(False)))
assert bounds(solver.ExportModelAsLpFormat(False)) == ["above <= 3"]

highs = highspy.Highs()
highs.setOptionValue("output_flag", False)
highs.addVar(-inf, 3.0)
highs.passColName(0, "above")
highs.writeModel("highs.lp")
print("HiGHS:", bounds(Path("highs.lp").read_text()))
assert bounds(Path("highs.lp").read_text()) == ["-inf <= above <= 3"]
PYTHON
