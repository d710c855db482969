# SPDX-License-Identifier: Apache-2.0
"""What is around the server: its clock, a Prometheus that has moods, and somebody who is told."""
import http.server
import json
import math
import mmap
import os
import random
import struct
import threading
import time
import urllib.parse

SERVICES = ["cart", "stock", "pay", "search", "mail", "orders", "users", "prices"]


class Clock:
    """The server's clock of the wall (clock.c), at a pace of its own; `now` in seconds since 1970."""

    def __init__(self, path, hours, pace):
        self.since = time.time_ns()
        before = int((hours + 6) * 3600e9) if pace > 1 else 0  # the end is before the true time, too
        self.says = self.since - before
        self.pace = pace
        self.path = path
        with open(path, "wb") as file:
            file.write(struct.pack("=4q", self.since, self.says, pace, 0))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 32)
        self.jumped = 0

    def elapsed(self):
        """Seconds of that clock since the begin, as if nobody had set it."""
        return (time.time_ns() - self.since) * self.pace / 1e9

    def now(self):
        return self.says / 1e9 + self.elapsed() + self.jumped

    def jump(self, seconds):
        if self.pace > 1:  # else nobody reads it
            self.jumped += seconds
        struct.pack_into("=q", self.map, 24, int(self.jumped * 1e9))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass  # who is cut off


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, body, status=200, length=None):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or length is not None


def listen(handler):
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


# ---- a source ----

MOODS = ["fine", "fine", "slow", "mute", "cut", "garbage", "page", "trouble", "lies", "huge"]


class Source:
    """Speaks as much Prometheus as is asked for; `mood` says how well."""

    def __init__(self):
        self.mood = "fine"
        self.asked = 0
        source = self

        class Prometheus(Handler):
            def answer(self):
                source.asked += 1
                length = int(self.headers.get("Content-Length") or 0)
                form = self.rfile.read(length).decode()
                source.answer(self, urllib.parse.urlsplit(self.path), form)

            do_GET = do_POST = answer

        self.server = listen(Prometheus)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]

    def answer(self, request, url, form):
        body = json.dumps({"status": "success", "data": data_of(url, form)}).encode()
        mood = self.mood
        if mood == "slow":
            time.sleep(random.uniform(0.2, 2))
        if mood == "mute":
            time.sleep(8)
            request.close_connection = True
        elif mood == "cut":
            request.say(body[: len(body) // 2], length=len(body))
        elif mood == "garbage":
            request.say(bytes(random.randrange(256) for _ in range(300)))
        elif mood == "page":
            request.say(b"<html><body>Sign in</body></html>")
        elif mood == "trouble":
            request.say(b"{}", status=random.choice([429, 500, 502, 503]))
        elif mood == "lies":
            request.say(body, length=max(1, len(body) - 7))
        elif mood == "huge":
            request.say(b'{"status":"success","data":"' + b"x" * (4 << 20) + b'"}')
        else:
            request.say(body)


def data_of(url, form):
    asked = dict(urllib.parse.parse_qsl(form or url.query))
    if url.path.endswith("/rules"):
        return {"groups": []}
    if url.path.endswith("/alerts"):
        return {"alerts": []}
    if url.path.endswith("/values"):
        return ["http_requests_total", "http_request_seconds", "process_memory_bytes"]
    if not url.path.endswith("/query_range"):
        return {"resultType": "vector", "result": []}
    start, end = float(asked.get("start", 0)), float(asked.get("end", 0))
    step = max(float(asked.get("step", "60").rstrip("s")), 1)
    times = [start + i * step for i in range(min(400, int((end - start) / step) + 1))]
    return {"resultType": "matrix",
            "result": [{"metric": {"__name__": "http_request_seconds", "service": service},
                        "values": [[t, "%.4f" % (1 + math.sin(t / 600 + i))] for t in times]}
                       for i, service in enumerate(SERVICES)]}


# ---- who is told ----

class Pager:
    """A webhook that is told what was found; `mood` says whether it takes it."""

    def __init__(self):
        self.mood = "fine"
        self.told = 0
        pager = self

        class Told(Handler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if pager.mood == "mute":
                    time.sleep(12)
                    self.close_connection = True
                elif pager.mood == "trouble":
                    self.say(b"no", status=503)
                else:
                    pager.told += 1
                    self.say(b"ok")

        self.server = listen(Told)
        self.url = "http://127.0.0.1:%d/" % self.server.server_address[1]


# ---- the disk ----

class Disk:
    """A file system of its own where one may mount one: so it can be full. Else a plain folder."""

    def __init__(self, path, mebibytes):
        self.path = path
        os.makedirs(path)
        self.is_mounted = os.system("mount -t tmpfs -o size=%dm,mode=700 soak '%s' 2>/dev/null"
                                    % (mebibytes, path)) == 0

    def fill(self):
        if not self.is_mounted:
            return
        with open(self.path + "/filler", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                pass

    def make_room(self):
        if os.path.exists(self.path + "/filler"):
            os.remove(self.path + "/filler")

    def used(self):
        """Bytes by part; files that go meanwhile are passed over."""
        parts = {}
        for folder, _, files in os.walk(self.path):
            part = os.path.relpath(folder, self.path).split("/")[0]
            for name in files:
                try:
                    size = os.lstat(os.path.join(folder, name)).st_size
                except OSError:
                    continue
                key = name.split(".db")[0] if part == "." else part
                parts[key] = parts.get(key, 0) + size
        parts.pop("filler", None)
        return parts

    def end(self):
        if self.is_mounted:
            os.system("umount -l '%s'" % self.path)
