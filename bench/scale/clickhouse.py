# SPDX-License-Identifier: Apache-2.0
"""The questions that agents ask, put to our store and to ClickHouse over the same rows, in turns. bench/scale.sh starts this.

    python3 -m scale.clickhouse --build DIR --out DIR [--times N]

A shipped incident with N times (100) the lines, series and spans. Both keep all of it, in memory or in the system's cache of files.
ClickHouse is that of the machine, started for this on the loopback with a folder of its own. Processor time is what the kernel
counted for the whole process over many answers, so starting and reading are not in it. Where the answers differ, the row says so.
"""
import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import measure
import tables
from scale import made
from scale.run import BASE

ANSWERS = 10        # in a turn
TURNS = 4
TICKS = os.sysconf('SC_CLK_TCK')
NEAR = 1e-6         # of means, which are added up in another order

# (what is asked, DuckDB, ClickHouse). A time is a TIMESTAMP_NS there and an Int64 here, for this ClickHouse has none below seconds; a
# quantile is the next smaller value there and the next larger one here, so the shares differ by a billionth.
QUESTIONS = (
    ('errors and warnings a minute, by service',
     "SELECT service, epoch_ns(time) // 60000000000 AS m, count(*) FROM logs WHERE level IN ('ERROR', 'WARN') GROUP BY 1, 2 ORDER BY 1, 2",
     "SELECT service, intDiv(time, 60000000000) AS m, count() FROM logs WHERE level IN ('ERROR', 'WARN') GROUP BY service, m ORDER BY service, m"),
    ('first, last and number of lines, by service',
     'SELECT service, epoch_ns(min(time)), epoch_ns(max(time)), count(*) FROM logs GROUP BY 1 ORDER BY 1',
     'SELECT service, min(time), max(time), count() FROM logs GROUP BY service ORDER BY service'),
    ('lines that contain a word, by service',
     "SELECT service, count(*) FROM logs WHERE message LIKE '%connection%' GROUP BY 1 ORDER BY 1",
     "SELECT service, count() FROM logs WHERE message LIKE '%connection%' GROUP BY service ORDER BY service"),
    ('median and 99 % of durations, by operation',
     'SELECT service, operation, quantile_disc(duration_us, 0.5), quantile_disc(duration_us, 0.99) FROM traces GROUP BY 1, 2 ORDER BY 1, 2',
     'SELECT service, operation, quantileExact(0.499999999)(duration_us), quantileExact(0.989999999)(duration_us) FROM traces GROUP BY service, operation ORDER BY service, operation'),
    ('mean of each series before and since the alert',
     'SELECT service::VARCHAR AS s, metric::VARCHAR AS m, avg(value) FILTER (epoch_ns(time) < {alert}), avg(value) FILTER (epoch_ns(time) >= {alert}) FROM metrics WHERE metric LIKE \'%rss%\' GROUP BY 1, 2 ORDER BY 1, 2',
     'SELECT service AS s, metric AS m, avgIf(value, time < {alert}), avgIf(value, time >= {alert}) FROM metrics WHERE metric LIKE \'%rss%\' GROUP BY s, m ORDER BY s, m'),
    ('who calls whom, and how often',
     'SELECT p.service, c.service, count(*) FROM traces c JOIN traces p ON p.span_id = c.parent_id GROUP BY 1, 2 ORDER BY 1, 2',
     'SELECT caller, service, count() FROM (SELECT parent_id AS id, service FROM traces) ALL INNER JOIN (SELECT span_id AS id, service AS caller FROM traces) USING id GROUP BY caller, service ORDER BY caller, service'),
)
COLUMNS = {'logs': ('time', 'service', 'instance', 'level', 'message'), 'metrics': ('time', 'service', 'instance', 'metric', 'value'),
           'traces': ('time', 'duration_us', 'trace_id', 'span_id', 'parent_id', 'service', 'operation')}
NUMBERS = {'time': 'Int64', 'duration_us': 'Int64', 'value': 'Float64'}


class Missing(Exception):
    """ClickHouse is not installed, or does not start."""


def rows_of(base, times):
    """{table: rows} of both stores."""
    draws = made.random.Random(times)
    lines, samples, spans = list(base.lines), list(base.samples), list(base.spans)
    for copy in range(1, times):
        lines += made.more_lines(draws, base)
        samples += ({**row, 'metric': f'{row["metric"]}_{copy}'} for row in made.more_series(draws, base))
        spans += made.more_spans(draws, base, copy)
    return {'logs': lines, 'metrics': samples, 'traces': spans}


def write_bundle(base, rows, folder):
    """As files of a bundle."""
    os.mkdir(folder)
    shutil.copy(os.path.join(base.folder, 'alert.json'), folder)
    out = made.Writer(folder)
    out.jsonl('logs.jsonl', rows['logs'])
    out.jsonl('traces.jsonl', rows['traces'])
    out.csv('metrics.csv', made.SAMPLE, [dict(zip(made.SAMPLE, made.SAMPLE)), *rows['metrics']])


def nanoseconds(row):
    """The time of a row of any table."""
    if 'start_us' in row:
        return row['start_us'] * 1000
    seconds, _, part = str(row['timestamp']).partition('.')
    return int(seconds) * 10**9 + int((part + '0' * 9)[:9])


class Store:
    """Our store: a process that answers lines."""
    name = 'DuckDB'

    def __init__(self, build, folder):
        self.child = subprocess.Popen([os.path.join(build, 'bench/bench-store-answers'), folder], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True, encoding='utf-8')
        self.pid = self.child.pid
        self.rows()

    def rows(self):
        """Up to the dot."""
        found = []
        for line in self.child.stdout:
            if line == '.\n':
                return found
            found.append(line.rstrip('\n').split('\t'))
        raise measure.Failed('bench-store-answers has ended')

    def ask(self, statement):
        """Rows of one statement."""
        self.child.stdin.write(statement + '\n')
        self.child.stdin.flush()
        return self.rows()

    def close(self):
        """Ends it."""
        self.child.stdin.close()
        self.child.wait()


class ClickHouse:
    """A server of our own."""
    name = 'ClickHouse'
    config = '''<yandex><logger><level>error</level><log>{0}/log</log><errorlog>{0}/err</errorlog></logger><http_port>{1}</http_port>
<tcp_port>{2}</tcp_port><listen_host>127.0.0.1</listen_host><path>{0}/data/</path><tmp_path>{0}/tmp/</tmp_path><users_config>users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database><mark_cache_size>268435456</mark_cache_size></yandex>'''
    users = '''<yandex><profiles><default><max_threads>2</max_threads></default></profiles><users><default><password></password>
<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users><quotas><default/></quotas></yandex>'''

    def __init__(self, work):
        program = shutil.which('clickhouse-server', path=os.environ.get('PATH', '') + ':/usr/sbin')
        if not program:
            raise Missing('not installed: clickhouse-server')
        ports = []
        for _ in range(2):
            with socket.socket() as free:
                free.bind(('127.0.0.1', 0))
                ports.append(free.getsockname()[1])
        for name in ('data', 'tmp'):
            os.makedirs(os.path.join(work, name))
        for name, text in (('config.xml', self.config.format(work, *ports)), ('users.xml', self.users)):
            with open(os.path.join(work, name), 'w', encoding='utf-8') as out:
                out.write(text)
        self.url = f'http://127.0.0.1:{ports[0]}/'
        self.child = subprocess.Popen([program, f'--config-file={work}/config.xml'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.child.pid
        for _ in range(100):
            try:
                self.version = self.ask('SELECT version()')[0][0]
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.close()
        raise Missing('clickhouse-server does not start')

    def ask(self, statement, body=b''):
        """Rows of one statement, or none where it inserts `body`."""
        url = self.url + '?' + urllib.parse.urlencode({'query': statement}) if body else self.url
        with urllib.request.urlopen(urllib.request.Request(url, data=body or statement.encode())) as reply:
            return [line.split('\t') for line in reply.read().decode().splitlines()]

    def load(self, rows):
        """Makes the tables, in the order of service and time, and fills them."""
        for table, columns in COLUMNS.items():
            kinds = ', '.join(f'{name} {NUMBERS.get(name, "String")}' for name in columns)
            self.ask(f'CREATE TABLE {table} ({kinds}) ENGINE = MergeTree PARTITION BY tuple() ORDER BY (service, time)')
            body = ''.join(json.dumps({name: nanoseconds(row) if name == 'time' else float(row[name]) if name == 'value'
                                       else row.get(name) or '' for name in columns}) + '\n' for row in rows[table])
            self.ask(f'INSERT INTO {table} FORMAT JSONEachRow', body.encode())

    def close(self):
        """Ends it."""
        self.child.terminate()
        self.child.wait()


def used_s(pid):
    """Seconds of processor that a process has had."""
    with open(f'/proc/{pid}/stat', encoding='utf-8') as text:
        fields = text.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid):
    """The most memory that it has had."""
    with open(f'/proc/{pid}/status', encoding='utf-8') as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith('VmHWM'))


def same(a, b):
    """Whether two answers have the same rows; numbers may be a little apart."""
    def near(x, y):
        try:
            p, q = float(x), float(y)
        except ValueError:
            return x == y
        return abs(p - q) <= NEAR * max(abs(p), abs(q), 1e-9)
    return len(a) == len(b) and all(len(p) == len(q) and all(map(near, p, q)) for p, q in zip(a, b))


def time_answers(store, statement):
    """A cost of one answer, out of many."""
    cpu, wall = used_s(store.pid), time.monotonic()
    for _ in range(ANSWERS):
        store.ask(statement)
    return measure.Cost((used_s(store.pid) - cpu) / ANSWERS, (time.monotonic() - wall) / ANSWERS, 0.0)


def compare(ours, theirs, alert_ns):
    """A row a question."""
    rows = []
    for title, duck, click in QUESTIONS:
        duck, click = (text.format(alert=alert_ns) for text in (duck, click))
        a, b = ours.ask(duck), theirs.ask(click)
        measure.tell(f'{title}: {len(a)} rows')
        costs = measure.turns([lambda: time_answers(ours, duck), lambda: time_answers(theirs, click)], TURNS)
        cpu = costs[1].cpu_s / costs[0].cpu_s if costs[0].cpu_s > 0 else None
        rows.append([title, len(a), costs[0].wall_s * 1e3, costs[1].wall_s * 1e3, costs[1].wall_s / costs[0].wall_s,
                     costs[0].cpu_s * 1e3, costs[1].cpu_s * 1e3, cpu, 'the same' if same(a, b) else 'differ'])
    return rows


def main():
    """Loads both, asks both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default='build')
    parser.add_argument('--out', default='build/figures')
    parser.add_argument('--times', type=int, default=100)
    options = parser.parse_args()
    base = made.Base(BASE)
    with tempfile.TemporaryDirectory() as work:
        theirs = ClickHouse(os.path.join(work, 'clickhouse'))
        try:
            rows = rows_of(base, options.times)
            theirs.load(rows)
            write_bundle(base, rows, os.path.join(work, 'bundle'))
            ours = Store(options.build, os.path.join(work, 'bundle'))
            found = compare(ours, theirs, round(base.alert_s * 1e9))
            memory = [resident_mb(store.pid) for store in (ours, theirs)]
            ours.close()
        finally:
            theirs.close()
    columns = ['question', 'rows', 'our store ms', 'ClickHouse ms', 'ClickHouse / ours', 'our CPU ms', 'ClickHouse CPU ms', 'CPU ratio', 'answers']
    note = (f'ClickHouse {theirs.version}. {len(rows["logs"]):,} log lines, {len(rows["metrics"]):,} samples, {len(rows["traces"]):,} spans. '
            f'Most memory, loading with it: ours {memory[0]:.0f} MB, ClickHouse {memory[1]:.0f} MB. {measure.where()}')
    tables.write(options.out, 'clickhouse', {'machine': measure.machine(), 'load': measure.busy(),
                                             'tables': {'answers': {'columns': columns, 'rows': found, 'note': note}}})
    print(tables.tsv({'columns': columns, 'rows': found}), note, sep='\n')
    return 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except (Missing, measure.Failed) as error:
        print(f'clickhouse: {error}', file=sys.stderr)
        sys.exit(1)
