"""Why this package exists: compare.py runs two Lua programs over case files and
says where they differ; each module here is one step of that.

    cases.py    text of a case file -> Case records (strict: what is unknown is an error)
    plan.py     files and directories -> Jobs, what to run and how to judge it
    suite.py    the PUC-Rio suite: its files, modes, and what passing means; Jobs for it
    table.py    a table of those, file x mode
    execute.py  one program on one Job, in a private directory, under limits -> Observation
    judge.py    two Observations -> Verdict
    programs.py what a program is: its version, whether it is instrumented
"""
