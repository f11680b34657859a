"""The field's own instances, cast into chambers: a job is a bundle, a machine an enforcer of one district, and a job's
time its writs. `python -m benchmarks.heart` lets tengbol and its peers place them, and writes a page of what came.
"""
