#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the programs of eval/traces/programs until they crash, and keeps what they say.

    eval/traces/record.py OUT

OUT gets a line of JSON a crash: id, runtime, half, file and line of the code at fault (the line
below the mark CULPRIT in its source: what crashes may quote the line itself), cause ("" where two would be right), text. A runtime that is not
installed is left out, and told. Programs lie in /srv/app while they run, as they would.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
APP = "/srv/app"
TEXT_MAX = 12000  # of a trace: one of endless calls is long
SECONDS_MAX = 60

# How each is built, and run with a case.
RUNTIMES = {
    "python": ([], ["python3", "main.py"]),
    "node": ([], ["node", "main.js"]),
    "java": (["javac", "-g", "-d", ".", "shop/Main.java", "shop/Billing.java", "shop/Stock.java"],
             ["java", "-cp", ".", "shop.Main"]),
    "go": (["go", "build", "-gcflags=all=-l", "-o", "run", "main.go", "billing.go", "stock.go"],
           ["./run"]),
    "ruby": ([], ["ruby", "main.rb"]),
    "php": ([], ["php", "-d", "display_errors=stderr", "-d", "log_errors=0", "main.php"]),
    "csharp": (["mcs", "-debug", "-out:shop.exe", "Main.cs", "Billing.cs", "Stock.cs"],
               ["mono", "--debug", "shop.exe"]),
    "rust": (["rustc", "-g", "-o", "run", "main.rs"], ["./run"]),
    "cpp": (["g++", "-g", "-O0", "-fsanitize=address", "-o", "run", "main.cpp", "billing.cpp",
             "stock.cpp"], ["./run"]),
}
ENVIRONMENT = {"RUST_BACKTRACE": "1", "GO111MODULE": "off", "ASAN_OPTIONS": "detect_leaks=0",
               "PATH": "/usr/bin:/bin:" + os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "NO_COLOR": "1"}


def cases_of(folder):
    """Of the marks: name, file, line, cause, by name."""
    found = []
    for path in sorted(glob.glob(folder + "/**/*", recursive=True)):
        if not os.path.isfile(path):
            continue
        with open(path, encoding="utf-8") as source:
            for number, line in enumerate(source, 1):
                mark = re.search(r"CULPRIT (\S+) (\S+)", line)
                if mark:
                    cause = "" if mark[2] == "-" else mark[2]
                    found.append((mark[1], os.path.basename(path), number + 1, cause))
    return sorted(found)


def record(runtime, out):
    build, command = RUNTIMES[runtime]
    if not shutil.which((build or command)[0], path=ENVIRONMENT["PATH"]):
        print("%s is not installed" % (build or command)[0], file=sys.stderr)
        return
    shutil.rmtree(APP, ignore_errors=True)
    shutil.copytree(os.path.join(HERE, "programs", runtime), APP)
    environment = dict(ENVIRONMENT, TMPDIR=tempfile.gettempdir())
    if build:
        subprocess.run(build, cwd=APP, check=True, env=environment)
    place = [os.path.join(APP, word) if word.startswith("main.") else word for word in command]
    for number, (name, file, line, cause) in enumerate(cases_of(os.path.join(HERE, "programs",
                                                                             runtime))):
        run = subprocess.run(place + [name], cwd=APP, env=environment, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, timeout=SECONDS_MAX, check=False)
        text = run.stderr.decode("utf-8", "replace")
        if run.returncode == 0 or not text.strip():
            sys.exit("%s %s did not crash" % (runtime, name))
        out.write(json.dumps({"id": runtime + "/" + name, "runtime": runtime,
                              "half": "dev" if number % 2 == 0 else "kept", "file": file,
                              "line": line, "cause": cause, "text": text[:TEXT_MAX]}) + "\n")
    shutil.rmtree(APP)


def main():
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for runtime in RUNTIMES:
            record(runtime, out)


main()
