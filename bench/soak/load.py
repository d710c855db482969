# SPDX-License-Identifier: Apache-2.0
"""What a server has to bear in a day: alerts of every sender, telemetry, readers, people, faults."""
import gzip
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import threading
import time

from world import MOODS, SERVICES

KINDS = ["alertmanager", "grafana", "pagerduty", "datadog", "opsgenie", "sentry", "generic"]


def rfc3339(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


# ---- bodies ----

def alert_body(kind, name, service, at, is_over):
    labels = {"alertname": name, "service": service, "severity": "page"}
    key = "%s-%s" % (name, service)
    if kind in ("alertmanager", "grafana"):
        state = "resolved" if is_over else "firing"
        return {"version": "4", "groupKey": "{}:{alertname=\"%s\"}" % name, "status": state, "alerts": [{
            "status": state, "labels": labels, "annotations": {"summary": "p99 is 2 s"},
            "startsAt": rfc3339(at), "endsAt": rfc3339(at + 60) if is_over else "0001-01-01T00:00:00Z",
            "fingerprint": key}]}
    if kind == "pagerduty":
        return {"event": {"id": key + str(is_over), "event_type": "incident." + ("resolved" if is_over else "triggered"),
                          "occurred_at": rfc3339(at),
                          "data": {"id": key, "number": 2, "created_at": rfc3339(at), "title": name,
                                   "service": {"summary": service}, "urgency": "high", "teams": []}}}
    if kind == "datadog":
        return {"id": key + str(is_over), "title": name, "body": "9", "alert_id": key,
                "alert_transition": "Recovered" if is_over else "Triggered", "alert_type": "error",
                "tags": "service:%s,env:prod" % service, "date": str(int(at * 1000)),
                "last_updated": str(int(at * 1000)), "cycle_key": key}
    if kind == "opsgenie":
        return {"action": "Close" if is_over else "Create", "alert": {
            "alertId": key, "alias": key, "message": name, "tags": ["service:" + service],
            "createdAt": int(at * 1000), "updatedAt": int(at * 1e9), "priority": "P2"}}
    if kind == "sentry":
        return {"id": key, "project": service, "level": "error", "message": name, "url": "https://s/1",
                "event": {"event_id": key, "title": name, "timestamp": at, "tags": [["service", service]]}}
    return {"name": name, "service": service, "status": "resolved" if is_over else "firing",
            "startedAt": rfc3339(at), "fingerprint": key}


def attribute(key, value):
    return {"key": key, "value": {"stringValue": value}}


def resource(service):
    return {"attributes": [attribute("service.name", service), attribute("k8s.pod.name", service + "-1")]}


def pushed(at, chance):
    """(path, body) of one minute of a small shop, which is all right but for one service."""
    def ns(offset):
        return str(int((at + offset) * 1e9))

    broken = chance.choice(SERVICES)
    logs, metrics, spans = [], [], []
    for service in SERVICES:
        lines = [{"timeUnixNano": ns(-i), "severityText": "ERROR" if service == broken and i % 3 == 0 else "INFO",
                  "body": {"stringValue": "request %d took %d ms" % (chance.randrange(10 ** 6), chance.randrange(900))}}
                 for i in range(20)]
        logs.append({"resource": resource(service), "scopeLogs": [{"logRecords": lines}]})
        points = [{"timeUnixNano": ns(-i * 15), "asDouble": chance.random() + (3 if service == broken else 0)}
                  for i in range(4)]
        metrics.append({"resource": resource(service), "scopeMetrics": [{"metrics": [
            {"name": name, "gauge": {"dataPoints": points}} for name in ("latency_seconds", "pool_used", "queue_length")]}]})
        spans.append({"resource": resource(service), "scopeSpans": [{"spans": [
            {"traceId": "%032x" % chance.getrandbits(128), "spanId": "%016x" % chance.getrandbits(64), "name": "GET /",
             "startTimeUnixNano": ns(-i), "endTimeUnixNano": ns(-i + 0.2), "kind": 2} for i in range(10)]}]})
    yield "/v1/logs", {"resourceLogs": logs}
    yield "/v1/metrics", {"resourceMetrics": metrics}
    yield "/v1/traces", {"resourceSpans": spans}
    yield "/loki/api/v1/push", {"streams": [{"stream": {"service_name": "edge", "level": "info"},
                                             "values": [[ns(-i), "GET / 200"] for i in range(20)]}]}


# ---- a client ----

class Client:
    """One connection that is kept; None where nobody answers."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def ask(self, method, path, body=None, packed=False):
        headers = {}
        if body is not None:
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        if packed:
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        try:
            self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            if self.connection:
                self.connection.close()
            self.connection = None
            return None, b""


def post(client, kind, body):
    return client.ask("POST", "/webhook/" + kind, body)[0]


class Load:
    """Threads that go on until `ended`; `counts` says what came of it."""

    def __init__(self, soak, seed):
        self.soak = soak
        self.seed = seed
        self.ended = threading.Event()
        self.counts = {}
        self.acknowledged = {}  # name of an alert -> when, by the server's clock
        self.threads = []
        self.lock = threading.Lock()

    def count(self, what):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1

    def share(self, what):
        """Of all that was tried, what had an answer of 2xx."""
        of = {key: n for key, n in self.counts.items() if key.startswith(what + " ")}
        return sum(n for key, n in of.items() if key.split()[-1].startswith("2")) / max(1, sum(of.values()))

    def start(self):
        pieces = [(self.send_alerts, 1), (self.send_storms, 1), (self.push, 1), (self.read, 2), (self.watch, 4),
                  (self.work, 1), (self.know, 1), (self.cut, 1), (self.kill, 1), (self.change_moods, 1), (self.send_nonsense, 1)]
        for piece, times in pieces:
            for i in range(times):
                chance = random.Random("%s %s %s" % (self.seed, piece.__name__, i))
                thread = threading.Thread(target=piece, args=(Client(self.soak.port), chance), daemon=True)
                thread.start()
                self.threads.append(thread)

    def stop(self):
        self.ended.set()
        for thread in self.threads:
            thread.join(30)

    def each(self, seconds):
        """Once a while, so many true seconds apart."""
        due = time.monotonic()
        while not self.ended.wait(max(0, due - time.monotonic())):
            yield
            due = max(due + seconds, time.monotonic() - seconds)

    # alerts

    def send_alerts(self, client, chance):
        firing = []
        number = 0
        for _ in self.each(self.soak.alert_every):
            number += 1
            kind = KINDS[number % len(KINDS)]
            name, service = "Alert%d" % number, chance.choice(SERVICES)
            at = self.soak.clock.now()
            status = post(client, kind, alert_body(kind, name, service, at, False))
            self.count("alerts %s" % status)
            if status == 202 and kind != "sentry":  # which knows no name of ours
                self.acknowledged[name] = at
            firing.append((kind, name, service, at))
            if len(firing) > 8:
                post(client, *over(firing.pop(chance.randrange(len(firing)))))

    def send_storms(self, client, chance):
        storm = 0
        for _ in self.each(self.soak.storm_every):
            storm += 1
            for i in range(self.soak.storm_alerts):
                service = chance.choice(SERVICES)
                at = self.soak.clock.now()
                self.count("storms %s" % post(client, "alertmanager", alert_body(
                    "alertmanager", "Storm%d-%d" % (storm, i), service, at, False)))

    def send_nonsense(self, client, chance):
        for _ in self.each(2):
            body = bytes(chance.randrange(256) for _ in range(chance.randrange(2000)))
            path = chance.choice(["/webhook/generic", "/v1/logs", "/api/v1/investigations", "/mcp", "/nothing",
                                  "/loki/api/v1/push", "/v1/metrics"])
            self.count("nonsense %s" % client.ask("POST", path, body)[0])

    def push(self, client, chance):
        for _ in self.each(1):
            for path, body in pushed(self.soak.clock.now(), chance):
                status = client.ask("POST", path, json.dumps(body).encode(), packed=chance.random() < 0.5)[0]
                self.count("pushed %s" % status)

    # people

    def incidents(self, client, query=""):
        try:
            return json.loads(client.ask("GET", "/api/v1/incidents?limit=50" + query)[1])["incidents"]
        except (ValueError, KeyError):
            return []

    def read(self, client, chance):
        places = ["/", "/api/v1/sources", "/api/v1/runbooks", "/api/v1/silences", "/api/v1/version", "/readyz"]
        parts = ["", "/report?format=html", "/report?format=json", "/exhibits", "/journal", "/bundle"]
        for _ in self.each(0.4):
            found = self.incidents(client)
            path = chance.choice(places)
            if found and chance.random() < 0.8:
                path = "/api/v1/incidents/" + chance.choice(found)["id"] + chance.choice(parts)
            self.count("reads %s" % client.ask("GET", path)[0])

    def watch(self, client, chance):
        for _ in self.each(0.1):
            found = self.incidents(client)
            path = "/api/v1/events"
            if found and chance.random() < 0.7:
                path = "/api/v1/incidents/%s/events" % chance.choice(found)["id"]
            try:
                with socket.create_connection(("127.0.0.1", self.soak.port), 5) as watcher:
                    watcher.sendall(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode())
                    watcher.settimeout(1)
                    until = time.monotonic() + chance.uniform(0, 15)
                    while time.monotonic() < until and not self.ended.is_set():
                        try:
                            if not watcher.recv(65536):
                                break
                        except socket.timeout:
                            pass
                self.count("watched")
            except OSError:
                self.count("watched not")

    def work(self, client, chance):
        number = 0
        for _ in self.each(1.5):
            number += 1
            found = self.incidents(client)
            done = [it["id"] for it in found if it["state"] == "done"]
            what = chance.choice(["feedback", "feedback", "again", "cancel", "ask", "silence", "investigate"])
            at = self.soak.clock.now()
            if what == "investigate":
                answer = client.ask("POST", "/api/v1/investigations", {"alert": {
                    "id": "p%d" % number, "name": "Person%d" % number, "startsAt": rfc3339(at), "service": chance.choice(SERVICES)}})
            elif what == "silence":
                answer = client.ask("POST", "/api/v1/silences", {"matchers": "service=nothing%d" % number, "for": "1h", "why": "soak"})
            elif not found or (what in ("feedback", "ask") and not done):
                continue
            else:
                incident = chance.choice(done) if what in ("feedback", "ask") else chance.choice(found)["id"]
                bodies = {"feedback": {"verdict": "wrong", "cause": "a cause", "note": "of a soak"},
                          "ask": {"question": "what changed before it?"}}
                answer = client.ask("POST", "/api/v1/incidents/%s/%s" % (incident, what), bodies.get(what, {}))
            self.count("%s %s" % (what, answer[0]))

    def know(self, client, chance):
        path = self.soak.folder + "/runbook.md"
        for _ in self.each(15):
            with open(path, "w") as file:
                file.write("# What to do\n\n" + "Restart it %d times.\n" % chance.randrange(100) * 40)
            code = subprocess.run([self.soak.program, "kb", "add", path, "--ledger", self.soak.data + "/ledger.db"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
            self.count("kb add %d" % code)

    # faults

    def cut(self, client, chance):
        head = b"POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n" + b"[" * 2000
        kept = []
        for _ in self.each(0.5):
            try:
                it = socket.create_connection(("127.0.0.1", self.soak.port), 5)
                it.sendall(head[:chance.randrange(len(head))])
                if chance.random() < 0.2:
                    kept.append(it)  # which says nothing more; the server's own limit ends it
                else:
                    it.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
                    it.close()
                while len(kept) > 20:
                    kept.pop(0).close()
                self.count("cut")
            except OSError:
                self.count("cut not")
        for it in kept:
            it.close()

    def kill(self, client, chance):
        for _ in self.each(7):
            children = self.soak.children()
            if children:
                try:
                    os.kill(chance.choice(children), signal.SIGKILL)
                    self.count("children killed")
                except OSError:
                    pass

    def change_moods(self, client, chance):
        for _ in self.each(6):
            self.soak.source.mood = chance.choice(MOODS)
            self.soak.pager.mood = chance.choice(["fine", "fine", "fine", "trouble", "mute"])


def over(alert):
    kind, name, service, at = alert
    return kind, alert_body(kind, name, service, at, True)
