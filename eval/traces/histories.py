#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes up how the programs of eval/traces/programs came to be, a history each.

    eval/traces/histories.py OUT

OUT gets a line of JSON a runtime: changes, oldest first (id, message, files, detail: a diff as git
writes it), and wrote: which change brought the line at fault of each trace. A fixed seed draws which
lines a change brings; all lines at fault are brought by some change, about half of the others too.
Messages say nothing of what a change does.
"""
import difflib
import glob
import hashlib
import json
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CHANGES = 24
SHARE = 0.5  # of lines that are at no fault
MESSAGES = ["Tidy up", "Say it in fewer words", "As was asked for", "Follow the review", "Second try",
            "Prepare for the next release", "A small step", "Make it ready", "Go on with it",
            "What was left over"]


def lines_of(folder):
    """(file, number) of each line, in order, and its text; marks are blank, as blank lines are."""
    found = {}
    for path in sorted(glob.glob(folder + "/**/*", recursive=True)):
        if not os.path.isfile(path):
            continue
        name = os.path.relpath(path, folder)
        with open(path, encoding="utf-8") as source:
            for number, line in enumerate(source, 1):
                found[name, number] = "\n" if "CULPRIT" in line else line
    return found


def text_of(lines, birth, name, at):
    return [line for (file, number), line in lines.items()
            if file == name and birth.get((file, number), -1) <= at]


def changes_of(runtime, lines, birth, names):
    draw = random.Random("messages of " + runtime)
    for at in range(CHANGES):
        diff, files = [], []
        for name in names:
            hunks = list(difflib.unified_diff(text_of(lines, birth, name, at - 1),
                                              text_of(lines, birth, name, at),
                                              "a/" + name, "b/" + name))
            if hunks:
                files.append(name)
                diff += ["diff --git a/%s b/%s\n" % (name, name)] + hunks
        yield {"id": hashlib.sha1(("%s %d" % (runtime, at)).encode()).hexdigest()[:10],
               "message": draw.choice(MESSAGES), "files": " ".join(files), "detail": "".join(diff)}


def history_of(runtime, traces):
    draw = random.Random("births of " + runtime)
    lines = lines_of(os.path.join(HERE, "programs", runtime))
    names = sorted({name for name, _ in lines})
    place = {os.path.basename(name): name for name in names}
    at_fault = {trace["id"]: (place[trace["file"]], trace["line"]) for trace in traces}
    birth = {}
    for key, line in lines.items():
        if key in at_fault.values() or (line.strip() and draw.random() < SHARE):
            birth[key] = draw.randrange(CHANGES)
    changes = list(changes_of(runtime, lines, birth, names))
    return {"runtime": runtime, "changes": [change for change in changes if change["files"]],
            "wrote": {name: changes[birth[key]]["id"] for name, key in sorted(at_fault.items())}}


def main():
    with open(os.path.join(HERE, "traces.jsonl"), encoding="utf-8") as source:
        traces = [json.loads(line) for line in source]
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for runtime in sorted({trace["runtime"] for trace in traces}):
            own = [trace for trace in traces if trace["runtime"] == runtime]
            out.write(json.dumps(history_of(runtime, own)) + "\n")


main()
