# SPDX-License-Identifier: Apache-2.0
"""A day in the life of a server, in less: see soak.sh, which starts this."""
import argparse
import collections
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
import time

import figures
from load import Client, Load
from world import Clock, Disk, Pager, Source

RETENTION_H = 3       # of incidents, less of telemetry; the least that may be configured in a short run
WARM_H = 5            # by then the oldest of all has gone once
DISK_MIB = 512
SETTLE_S = 300        # for what is under way, when nothing more comes
SPARE_FDS = 8         # connections of who measures, and a segment that is being closed


class Soak:
    def __init__(self, build, hours, pace):
        self.hours = hours
        self.kept_h = RETENTION_H if hours >= 2 * WARM_H else 1
        self.program = os.path.abspath(build + "/warroom")
        self.folder = tempfile.mkdtemp(prefix="warroom-soak-")
        self.disk = Disk(self.folder + "/disk", DISK_MIB)
        self.data = self.disk.path + "/data"
        self.clock = Clock(self.folder + "/clock", hours, pace)
        self.source, self.pager = Source(), Pager()
        self.shim = os.path.abspath(build + "/bench/libsoak-clock.so")
        self.alert_every, self.storm_every, self.storm_alerts = 2.5, 120, 200
        self.faults = []

    def start(self):
        config = self.folder + "/warroom.yaml"
        repository = self.folder + "/code"
        subprocess.run(["git", "init", "-q", repository], check=True)
        subprocess.run(["git", "-C", repository, "-c", "user.name=soak", "-c", "user.email=soak@example.com", "commit",
                        "-q", "--allow-empty", "-m", "The first"], check=True)
        with open(config, "w") as file:
            file.write("serve: {data: %s, retention: %dh, incidents_per_minute: 3, deadline: 20s}\n"
                       "receive: {retention: %dh}\n"
                       "sources:\n  prometheus: {url: \"%s\"}\n  code: {kind: git, path: %s}\n"
                       "notify:\n  pager: {kind: webhook, url: \"%s\", when: [opened, verdict, failed, resolved]}\n"
                       % (self.data, self.kept_h, max(1, self.kept_h - 1), self.source.url, repository,
                          self.pager.url))
        os.chmod(config, 0o600)
        self.log = open(self.folder + "/log", "wb")
        environment = dict(os.environ, WARROOM_SOAK_CLOCK=self.clock.path)
        if self.clock.pace > 1:
            environment["LD_PRELOAD"] = self.shim
        self.server = subprocess.Popen([self.program, "serve", "--listen", "127.0.0.1:0", "--config", config],
                                       stderr=self.log, env=environment)
        for _ in range(600):
            with open(self.folder + "/log") as file:
                found = re.search(r"listening at http://127.0.0.1:(\d+)/", file.read())
            if found or self.server.poll() is not None:
                break
            time.sleep(0.1)
        if not found:
            sys.exit("the server did not start:\n" + open(self.folder + "/log").read())
        self.port = int(found.group(1))
        self.client = Client(self.port)

    def end(self, keep):
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(30)
        except subprocess.TimeoutExpired:
            self.server.kill()
        if keep:
            shutil.copy(self.folder + "/log", keep + "/log")
        self.disk.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    # what is seen of it

    def children(self):
        found = []
        for entry in os.listdir("/proc/%d/task" % self.server.pid):
            try:
                with open("/proc/%d/task/%s/children" % (self.server.pid, entry)) as file:
                    found += [int(pid) for pid in file.read().split()]
            except OSError:
                pass
        return found

    def ledger(self, sql):
        connection = sqlite3.connect("file:%s/ledger.db?mode=ro" % self.data, uri=True, timeout=5)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def ledger_bytes(self):
        """Of pages in use; without what people said, which is kept for good, and keys of posts, which are kept for a day."""
        return self.ledger("SELECT sum(pgsize) FROM dbstat WHERE name NOT LIKE 'feedback%' AND name NOT LIKE 'incident_posts%'")[0][0]

    def counts(self):
        return dict(self.ledger("SELECT 'rows', count(*) FROM incidents UNION ALL"
                                " SELECT 'queue', count(*) FROM investigations WHERE state = 'queued' UNION ALL"
                                " SELECT 'running', count(*) FROM investigations WHERE ended_ns IS NULL UNION ALL"
                                " SELECT 'news', count(*) FROM incident_news UNION ALL"
                                " SELECT 'gone', count(*) FROM incident_gone"))

    def sample(self):
        status = open("/proc/%d/status" % self.server.pid).read()
        used = self.disk.used()
        row = {"minute": self.clock.elapsed() / 60,
               "rss": int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024,
               "anon": int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) * 1024,
               "threads": int(re.search(r"Threads:\s+(\d+)", status).group(1)),
               "fds": len(os.listdir("/proc/%d/fd" % self.server.pid)),
               "children": len(self.children()), "disk": sum(used.values())}
        parts = self.parts()
        row.update(parts, kept=self.ledger_bytes())
        begun = time.monotonic()
        self.client.ask("GET", "/api/v1/incidents?limit=20")
        row["latency"] = (time.monotonic() - begun) * 1000
        row.update(self.counts())
        return row

    def parts(self):
        sizes = {"ledger": 0, "incidents_files": 0, "telemetry": 0, "tmp": 0}
        names = {"incidents": "incidents_files"}
        for folder, _, files in os.walk(self.data):
            part = os.path.relpath(folder, self.data).split("/")[0]
            key = "ledger" if part == "." else names.get(part, part)
            for name in files:
                try:
                    sizes[key] = sizes.get(key, 0) + os.lstat(os.path.join(folder, name)).st_size
                except OSError:
                    pass
        return sizes

    # what is done to it beside the load

    def plan(self):
        """(hour, what is said of it, what is done)"""
        hours = self.hours
        return [(hours * 0.33, "clock 40 min forward", lambda: self.clock.jump(2400)),
                (hours * 0.40, "disk full", self.disk.fill), (hours * 0.41, "room again", self.disk.make_room),
                (hours * 0.55, "clock 30 min back", lambda: self.clock.jump(-1800)),
                (hours * 0.70, "disk full", self.disk.fill), (hours * 0.71, "room again", self.disk.make_room)]

    def go_through(self, out):
        rows, plan = [], self.plan()
        while self.clock.elapsed() < self.hours * 3600 and self.server.poll() is None:
            time.sleep(max(0, 60 / self.clock.pace - time.time() % (60 / self.clock.pace)))
            if plan and self.clock.elapsed() >= plan[0][0] * 3600:
                self.faults.append(plan[0][1])
                plan.pop(0)[2]()
            try:
                rows.append(self.sample())
            except (sqlite3.Error, OSError) as fault:
                self.faults.append("not measured: %s" % fault)
                continue
            if out:
                if len(rows) == 1:
                    print("\t".join(rows[0]), file=out)
                print("\t".join("%.1f" % value for value in rows[-1].values()), file=out, flush=True)
        self.disk.make_room()
        return rows

    def settle(self):
        """All that was begun ends, and all that is due is told, once nothing more comes."""
        self.source.mood = self.pager.mood = "fine"
        counts = {}
        for _ in range(SETTLE_S * 2):
            time.sleep(0.5)
            try:
                counts = self.counts()
            except sqlite3.Error:
                continue
            if counts["running"] == counts["news"] == counts["gone"] == 0 and not self.children():
                break
        return counts


def check(failures, what, is_so, said=""):
    print("%s %s%s" % ("ok     " if is_so else "NOT OK ", what, ": " + str(said) if said != "" else ""), flush=True)
    if not is_so:
        failures.append(what)


def judge_end(soak, load, before, rows, options, failures):
    check(failures, "the server runs", soak.server.poll() is None)
    counts = soak.settle()
    check(failures, "all investigations have ended", counts.get("running") == 0, counts)
    check(failures, "all news were told or given up", counts.get("news") == 0)
    check(failures, "no child is left", not soak.children())
    time.sleep(1)
    after = soak.sample()
    check(failures, "descriptors are those of the begin", after["fds"] <= before["fds"] + SPARE_FDS,
          "%d, %d at the begin, at most %d" % (after["fds"], before["fds"], max(row["fds"] for row in rows)))
    check(failures, "threads too", after["threads"] <= before["threads"] + 2, "%d, %d at the begin" % (after["threads"], before["threads"]))
    peak = max(row["rss"] for row in rows)
    check(failures, "memory stays below %d MiB" % options.memory, peak < options.memory << 20, "%d MiB" % (peak >> 20))
    check(failures, "nothing is left in tmp/", soak.parts()["tmp"] == 0, soak.parts()["tmp"])
    known = {row[0] for row in soak.ledger("SELECT id FROM incidents")}
    folders = set(os.listdir(soak.data + "/incidents"))
    check(failures, "each folder has its incident", folders <= known, sorted(folders - known)[:3] or "")
    horizon = soak.clock.now() - soak.kept_h * 3600
    oldest = soak.ledger("SELECT min(updated_ns) FROM incidents")[0][0]
    late = 60 * soak.clock.pace  # a minute of the true clock: it may be busy
    check(failures, "what is older than is kept is gone", oldest is None or oldest / 1e9 > horizon - late)
    log = open(soak.folder + "/log", errors="replace").read()
    if soak.hours >= 2 * soak.kept_h:
        check(failures, "incidents have gone", "older than is kept" in log)
        gone = re.search(r"store_dropped_segments_total (\d+)", soak.client.ask("GET", "/metrics")[1].decode())
        check(failures, "and pushed telemetry", gone and int(gone.group(1)) > 0, gone and gone.group(1))
    young = [name for name, at in load.acknowledged.items() if at > horizon + late]
    kept = {row[0] for row in soak.ledger("SELECT name FROM incident_alerts")}
    silent = [name for name in young if name not in kept]
    check(failures, "what was acknowledged is there", not silent, "%d of %d" % (len(young) - len(silent), len(young)))
    check(failures, "the ledger is whole", soak.ledger("PRAGMA integrity_check") == [("ok",)])
    check(failures, "most of what was pushed was taken", load.share("pushed") > 0.8, "%.3f" % load.share("pushed"))
    done = soak.ledger("SELECT count(*) FROM investigations WHERE state = 'done'")[0][0]
    check(failures, "investigations come to an end of their own", done > 0, done)
    said = collections.Counter(re.findall(r"level=(error|warning) about=(\w+)", log))
    print("log: " + ", ".join("%s %s %d" % (*key, n) for key, n in sorted(said.items())))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--pace", type=int, default=60, help="how much faster than true time; 1: by the true clock")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--memory", type=int, default=700, help="MiB that the server may take")
    parser.add_argument("--out", help="a folder for samples, table, picture and log")
    options = parser.parse_args()
    random.seed(options.seed)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # by way of `finally`
    soak = Soak(options.build, options.hours, options.pace)
    out = None
    if options.out:
        os.makedirs(options.out, exist_ok=True)
        out = open(options.out + "/samples.tsv", "w")
    failures = []
    try:
        soak.start()
        time.sleep(2)
        before = soak.sample()
        load = Load(soak, options.seed)
        load.start()
        rows = soak.go_through(out)
        load.stop()
        judge_end(soak, load, before, rows, options, failures)
        warm = min(WARM_H * 60, soak.hours * 60 / 2)
        with open(options.out + "/table.md", "w") if options.out else open("/dev/stdout", "w") as table:
            is_flat = figures.put_table(rows, warm, table)
        if soak.hours >= 2 * WARM_H:  # a shorter one has no hours to fit
            check(failures, "nothing grows", is_flat)
        print("seen: " + json.dumps(dict(sorted(load.counts.items()))))
        print("faults: " + "; ".join(soak.faults))
        print("told: %d, sources asked: %d" % (soak.pager.told, soak.source.asked))
        if options.out:
            figures.put_chart(rows, warm, soak.hours, options.out + "/soak.svg")
    finally:
        soak.end(options.out)
    print("%d checks failed" % len(failures) if failures else "all ok")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
