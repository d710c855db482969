# SPDX-License-Identifier: Apache-2.0
"""kill -9 at seeded moments, over all that write: see kill.sh, which starts this."""
import argparse
import glob
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from load import Client, alert_body, pushed, rfc3339
from world import SERVICES, Source

ORPHAN_S = 5   # within which what a killed process had started must be gone
FINISH_S = 600 # within which a server finishes what it had begun


def integrity(path):
    """Of a ledger, as one reads it who comes after: what is wrong with it; empty: nothing."""
    connection = sqlite3.connect(path, timeout=5)
    try:
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        faults += ["a row whose owner is gone"] * len(list(connection.execute("PRAGMA foreign_key_check")))
        return faults
    finally:
        connection.close()


def rows(path, sql):
    connection = sqlite3.connect(path, timeout=5)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def is_json(path):
    try:
        with open(path) as file:
            json.load(file)
        return True
    except (OSError, ValueError):
        return False


def orphans(mark, but=()):
    """Processes that name our folder in their command."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % entry, "rb") as file:
                command = file.read()
            with open("/proc/%s/stat" % entry) as file:
                state = file.read().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if mark.encode() in command and int(entry) not in but and int(entry) != os.getpid() and state != "Z":
            found.append((int(entry), command.replace(b"\0", b" ").decode(errors="replace")[:200]))
    return found


def no_orphans(mark):
    until = time.monotonic() + ORPHAN_S
    while orphans(mark) and time.monotonic() < until:
        time.sleep(0.05)
    return ["still runs: %s" % command for _, command in orphans(mark)]


# ---- commands: begun, killed, looked at ----

class Command:
    """One that writes; `argv(i)` begins it, `look(i, is_done)` says what is wrong after it."""

    fine = (0, 1)

    def __init__(self, program, work):
        self.program, self.work = program, work
        os.makedirs(work)
        self.prepare()

    def prepare(self):
        pass

    def end(self):
        return []

    def run(self, *argv):
        return subprocess.run([self.program, *argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


class Investigate(Command):
    name = "investigate --journal --html --reports"

    def argv(self, i):
        folder = "%s/%d" % (self.work, i % 3)  # over what an earlier one has left
        os.makedirs(folder, exist_ok=True)
        return ["investigate", "examples/incidents/pages-504", "--no-progress", "--journal=%s/journal.jsonl" % folder,
                "--html=%s/page.html" % folder, "--reports=" + folder]

    def look(self, i, is_done):
        folder, faults = "%s/%d" % (self.work, i % 3), []
        for name in ("page.html", "report.html"):
            path = folder + "/" + name
            if os.path.exists(path) and not open(path).read().rstrip().endswith("</html>"):
                faults.append(name + " is a half")
        if os.path.exists(folder + "/report.json") and not is_json(folder + "/report.json"):
            faults.append("report.json is a half")
        if is_done and not os.path.exists(folder + "/page.html"):
            faults.append("page.html is not there")
        return faults


class Collect(Command):
    name = "collect"

    def prepare(self):
        self.source = Source()
        self.alert = self.work + "/alert.json"
        with open(self.alert, "w") as file:
            json.dump({"name": "Slow", "service": "cart", "startsAt": rfc3339(time.time() - 60)}, file)

    def argv(self, i):
        return ["collect", "--source", "prometheus=" + self.source.url, "--alert", self.alert, "--out", "%s/%d" % (self.work, i)]

    def look(self, i, is_done):
        out, faults = "%s/%d" % (self.work, i), []
        is_bundle = os.path.exists(out + "/alert.json")
        if is_done and not is_bundle:
            faults.append("there is no bundle")
        if is_bundle:
            whole = is_json(out + "/alert.json") and os.path.exists(out + "/sources.jsonl")
            for path in glob.glob(out + "/*"):
                whole = whole and open(path).read()[-1:] in ("\n", "}")
            # killed within the write of its last file: that one is cut, and is refused by name
            if not whole and self.run("investigate", out) != 2:
                faults.append("half a bundle is taken for one")
        shutil.rmtree(out, ignore_errors=True)
        return faults


class Index(Command):
    name = "changes index"

    def prepare(self):
        self.ledger, self.repository = self.work + "/ledger.db", self.work + "/code"
        subprocess.run(["git", "init", "-q", self.repository], check=True)
        stream = []
        for i in range(3000):
            text = "line %d\n" % i * 20
            stream.append("commit refs/heads/main\ncommitter a <a@example.com> %d +0000\ndata 8\nchange %d\nM 644 inline f%d.txt\ndata %d\n%s\n"
                          % (1790000000 + i, i % 10, i % 50, len(text), text))
        subprocess.run(["git", "-C", self.repository, "fast-import", "--quiet"], input="".join(stream).encode(), check=True)
        subprocess.run(["git", "-C", self.repository, "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
        self.wanted = self.index(self.work + "/whole.db")

    def index(self, ledger):
        self.run("changes", "index", "--repo", self.repository, "--ledger", ledger)
        return rows(ledger, "SELECT position, id, body FROM git_changes ORDER BY position")

    def argv(self, i):
        if i % 3 == 0:
            for path in glob.glob(self.ledger + "*"):
                os.remove(path)
        return ["changes", "index", "--repo", self.repository, "--ledger", self.ledger]

    def look(self, i, is_done):
        if not os.path.exists(self.ledger) or os.path.getsize(self.ledger) == 0:
            return ["there is no ledger"] if is_done else []
        faults = integrity(self.ledger)
        tables = rows(self.ledger, "SELECT count(*) FROM sqlite_schema WHERE name = 'git_changes'")
        if not tables[0][0]:
            return faults + (["there are no tables"] if is_done else [])
        got = rows(self.ledger, "SELECT position, id, body FROM git_changes ORDER BY position")
        if got and got != self.wanted[:len(got)]:
            faults.append("other changes than those of the repository")
        if is_done and got != self.wanted:
            faults.append("%d of %d changes" % (len(got), len(self.wanted)))
        return faults

    def end(self):
        return [] if self.index(self.ledger) == self.wanted else ["the next run does not make it whole"]


class Train(Command):
    name = "train verdict"

    def prepare(self):
        self.out = self.work + "/numbers.json"
        self.journals = self.work + "/journals"
        subprocess.run([self.program, *self.argv(0)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        self.wanted = open(self.out).read()
        shutil.rmtree(self.journals)
        os.remove(self.out)

    def argv(self, i):
        return ["train", "verdict", "examples/incidents", "--journals", self.journals, "--out", self.out, "--date", "2026-01-02"]

    def look(self, i, is_done):
        faults = []
        if os.path.exists(self.out) and open(self.out).read() != self.wanted:
            faults.append("other numbers, or a half of them")
        if is_done and not os.path.exists(self.out):
            faults.append("there are no numbers")
        if is_done:  # the next begins anew
            shutil.rmtree(self.journals)
            os.remove(self.out)
        return faults

    def end(self):
        self.run(*self.argv(0))
        return [] if open(self.out).read() == self.wanted else ["the next run makes other numbers"]


class Know(Command):
    name = "kb add"

    def prepare(self):
        self.ledger = self.work + "/ledger.db"
        self.acknowledged = set()

    def path(self, i):
        return "%s/d%d.md" % (self.work, i)

    def argv(self, i):
        with open(self.path(i), "w") as file:
            file.write("".join("# Part %d of %d\n\n%s\n\n" % (part, i, "What to do with it. " * 60) for part in range(30)))
        return ["kb", "add", self.path(i), "--ledger", self.ledger]

    def look(self, i, is_done):
        if is_done:
            self.acknowledged.add(self.path(i))
        return integrity(self.ledger) if os.path.exists(self.ledger) and i % 10 == 0 else []

    def end(self):
        self.run(*self.argv(10 ** 6))
        faults = integrity(self.ledger)
        kept = {row[0] for row in rows(self.ledger, "SELECT path FROM kb_documents")}
        faults += ["%s was acknowledged and is not there" % path for path in self.acknowledged if path not in kept]
        wrong = rows(self.ledger, "SELECT count(*) FROM kb_passages WHERE number NOT IN (SELECT rowid FROM kb_words)"
                                  " UNION ALL SELECT count(*) FROM kb_words WHERE rowid NOT IN (SELECT number FROM kb_passages)")
        return faults + ["words and passages differ"] * any(row[0] for row in wrong)


class Feedback(Command):
    name = "feedback"
    fine = (0,)

    def prepare(self):
        self.ledger, self.journal = self.work + "/ledger.db", self.work + "/journal.jsonl"
        self.run("investigate", "examples/incidents/pages-504", "--no-progress", "--journal=" + self.journal)
        self.acknowledged = set()

    def argv(self, i):
        return ["feedback", self.journal, "wrong", "--note", "note %d" % i, "--ledger", self.ledger]

    def look(self, i, is_done):
        if is_done:
            self.acknowledged.add("note %d" % i)
        return integrity(self.ledger) if os.path.exists(self.ledger) and i % 10 == 0 else []

    def end(self):
        self.run(*self.argv(10 ** 6))
        kept = [row[0] for row in rows(self.ledger, "SELECT note FROM feedback")]
        return integrity(self.ledger) + ["%s was acknowledged and is not there" % it for it in self.acknowledged if it not in kept] + \
            ["one is there twice"] * (len(kept) != len(set(kept)))


COMMANDS = [Investigate, Collect, Index, Train, Know, Feedback]


def kill_command(kind, program, work, rounds, seed):
    """(kills, ended before, faults)"""
    it = kind(program, work)
    begun = time.monotonic()
    subprocess.run([program, *it.argv(0)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    span = time.monotonic() - begun
    faults, killed, ended = it.look(0, True), 0, 0
    for i in range(1, rounds + 1):
        chance = random.Random("%s %s %d" % (seed, kind.__name__, i))
        child = subprocess.Popen([program, *it.argv(i)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            is_done = child.wait(chance.uniform(0, span * 1.1)) in it.fine
            ended += 1
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            is_done = False
            killed += 1
        faults += ["round %d: %s" % (i, fault) for fault in it.look(i, is_done) + no_orphans(work)]
    return killed, ended, faults + it.end()


# ---- the server ----

class Server:
    name = "serve"

    def __init__(self, program, work, seed):
        os.makedirs(work)
        self.program, self.work, self.seed = program, work, seed
        self.data = work + "/data"
        self.source = Source()
        self.config = work + "/warroom.yaml"
        with open(self.config, "w") as file:
            file.write("serve: {data: %s, incidents_per_minute: 20}\nsources:\n  prometheus: {url: \"%s\"}\n"
                       "notify:\n  folder: {kind: file, path: %s, when: [opened, verdict]}\n" % (self.data, self.source.url, work))
        self.acknowledged = {"alert": set(), "note": set(), "line": set(), "silence": set(), "incident": set()}
        self.port = 0
        self.lock = threading.Lock()
        self.faults = []

    def start(self):
        log = self.work + "/log"
        self.process = subprocess.Popen([self.program, "serve", "--listen", "127.0.0.1:%d" % self.port, "--config", self.config],
                                        stderr=open(log, "wb"))
        until = time.monotonic() + 20
        found = None
        while not found and time.monotonic() < until and self.process.poll() is None:
            found = re.search(r"listening at http://127.0.0.1:(\d+)/", open(log, errors="replace").read())
            time.sleep(0.01)
        if not found:
            self.faults.append("it does not start: " + open(log, errors="replace").read()[-300:])
            return False
        self.port = int(found.group(1))
        return True

    def keep(self, kind, name):
        with self.lock:
            self.acknowledged[kind].add(name)

    def send(self, client, round, sender, ended):
        chance = random.Random("%s %d %d" % (self.seed, round, sender))
        for i in range(1000):
            if ended.is_set():
                return
            name, service, at = "r%d-%d-%d" % (round, sender, i), chance.choice(SERVICES), time.time()
            if sender == 0:
                body = alert_body("alertmanager", name, service, at, False)
                if client.ask("POST", "/webhook/alertmanager", body)[0] == 202:
                    self.keep("alert", name)
            elif sender == 1:
                path, body = next(pushed(at, chance))
                body["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["body"]["stringValue"] = "line " + name
                if client.ask("POST", path, body)[0] == 200:
                    self.keep("line", "line " + name)
            elif sender == 2:
                if client.ask("POST", "/api/v1/silences", {"matchers": "alertname=none", "for": "24h", "why": name})[0] == 201:
                    self.keep("silence", name)
                status, said = client.ask("POST", "/api/v1/investigations", {"alert": {"id": name, "name": "Person", "startsAt": rfc3339(at)}})
                if status == 202:
                    self.keep("incident", json.loads(said)["incident"])
                    client.ask("GET", "/api/v1/incidents/%s/bundle" % json.loads(said)["incident"])
            else:
                try:
                    found = json.loads(client.ask("GET", "/api/v1/incidents?state=done&limit=20")[1])["incidents"]
                except (ValueError, KeyError):
                    continue
                if found:
                    incident = chance.choice(found)["id"]
                    if client.ask("POST", "/api/v1/incidents/%s/feedback" % incident, {"verdict": "wrong", "note": name})[0] == 204:
                        self.keep("note", name)
                    if chance.random() < 0.3:
                        client.ask("POST", "/api/v1/incidents/%s/again" % incident, {})

    def wait_for_report(self):
        """So that there is something to say in the rounds: one report, before the first of them."""
        client = Client(self.port)
        client.ask("POST", "/api/v1/investigations", {"alert": {"id": "first", "name": "First", "startsAt": rfc3339(time.time())}})
        until = time.monotonic() + FINISH_S
        while time.monotonic() < until and b'"state":"done"' not in client.ask("GET", "/api/v1/incidents")[1]:
            time.sleep(0.1)

    def round(self, number):
        ended = threading.Event()
        senders = [threading.Thread(target=self.send, args=(Client(self.port), number, i, ended)) for i in range(4)]
        for sender in senders:
            sender.start()
        time.sleep(random.Random("%s moment %d" % (self.seed, number)).uniform(0.02, 1.5))
        self.process.kill()
        self.process.wait()
        ended.set()
        self.faults += ["round %d: %s" % (number, fault) for fault in no_orphans(self.data)]
        for path in glob.glob(self.data + "/incidents/*/report.json"):
            if not is_json(path):
                self.faults.append("round %d: %s is a half" % (number, path))
        is_up = self.start()
        for sender in senders:
            sender.join()
        return is_up

    def pushed_lines(self):
        """The lines that are kept, by the store's own export and the program's own reading."""
        bundle, found = self.work + "/pushed", set()
        shutil.rmtree(bundle, ignore_errors=True)
        os.makedirs(bundle)
        status, parquet = Client(self.port).ask("GET", "/api/v1/telemetry?table=logs&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&rows=5000000")
        if status != 200:
            return found
        with open(bundle + "/logs.parquet", "wb") as file:
            file.write(parquet)
        with open(bundle + "/alert.json", "w") as file:
            json.dump({"name": "x", "startsAt": rfc3339(time.time())}, file)
        for rest in range(16):  # it gives a thousand rows at a time
            sql = "SELECT message FROM logs WHERE message LIKE 'line r%%' AND hash(message) %% 16 = %d" % rest
            said = subprocess.run([self.program, "tool", "run", "frames.sql", bundle, "text=" + sql, "--json"], capture_output=True).stdout
            found |= set(re.findall(r"line r\d+-\d+-\d+", said.decode()))
        return found

    def end(self):
        until = time.monotonic() + FINISH_S
        ledger = self.data + "/ledger.db"
        left = 1
        while left and time.monotonic() < until:
            time.sleep(0.2)
            left = rows(ledger, "SELECT count(*) FROM investigations WHERE ended_ns IS NULL")[0][0]
        if left:
            self.faults.append("%d investigations do not end" % left)
        kept = {"alert": "SELECT name FROM incident_alerts", "note": "SELECT note FROM feedback", "silence": "SELECT why FROM silences",
                "incident": "SELECT id FROM incidents"}
        for kind, sql in kept.items():
            there = [row[0] for row in rows(ledger, sql)]
            self.faults += ["%s %s was acknowledged and is not there" % (kind, it) for it in self.acknowledged[kind] if it not in set(there)]
            if kind in ("alert", "incident") and len(there) != len(set(there)) and kind == "incident":
                self.faults.append("an incident is there twice")
        there = self.pushed_lines()
        self.faults += ["%s was acknowledged and is not there" % it for it in self.acknowledged["line"] if it not in there]
        self.faults += integrity(ledger)
        known = {row[0] for row in rows(ledger, "SELECT id FROM incidents")}
        self.faults += ["a folder without its incident: " + it for it in os.listdir(self.data + "/incidents") if it not in known]
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.faults += ["left in tmp/: " + it for it in os.listdir(self.data + "/tmp")]
        self.faults += ["left: " + path for path in glob.glob(self.data + "/incidents/*/*.part") + glob.glob(self.data + "/telemetry/*.closing")]


def kill_server(program, work, rounds, seed):
    server = Server(program, work, seed)
    killed = 0
    try:
        if server.start():
            server.wait_for_report()
            while killed < rounds and server.round(killed):
                killed += 1
            if not server.faults or server.process.poll() is None:
                server.end()
    finally:
        server.process.kill()
    kept = ", ".join("%d %ss" % (len(names), kind) for kind, names in server.acknowledged.items())
    return killed, kept, server.faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=100, help="kills of the server, and of each command")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", help="one of them, by the first letters of its name")
    options = parser.parse_args()
    program = os.path.abspath(options.build + "/warroom")
    work = tempfile.mkdtemp(prefix="warroom-kill-")
    failed = 0
    print("| what writes | kills | ended before | acknowledged | faults |\n|---|---|---|---|---|", flush=True)
    try:
        if not options.only or "serve".startswith(options.only):
            killed, kept, faults = kill_server(program, work + "/serve", options.rounds, options.seed)
            failed += report("`serve`", killed, "", kept, faults)
        for number, kind in enumerate(COMMANDS):
            if not options.only or kind.name.startswith(options.only):
                killed, ended, faults = kill_command(kind, program, "%s/%d" % (work, number), options.rounds, options.seed)
                failed += report("`%s`" % kind.name, killed, ended, "", faults)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0


def report(name, killed, ended, kept, faults):
    print("| %s | %d | %s | %s | %d |" % (name, killed, ended, kept, len(faults)), flush=True)
    for fault in faults[:20]:
        print(fault, file=sys.stderr, flush=True)
    return len(faults)


if __name__ == "__main__":
    sys.exit(main())
