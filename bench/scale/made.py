# SPDX-License-Identifier: Apache-2.0
"""Makes what is measured: log files, and incidents that are larger than they were. The same bytes on every machine."""
import csv
import json
import os
import random
import re
import shutil

SHAPES = ('request GET /api/v1/orders/{} took {} ms, status {}', 'cache evicted key=session:{} age={}s',
          'connection from 10.3.{}.{} accepted', 'checkpoint complete: wrote {} buffers ({}%)', 'user u{} logged in via gateway {}',
          'heartbeat to 10.0.7.{} failed after {} retries', 'queue depth {} above {} for {} s', 'retry {} of job {} scheduled',
          'pool {} has {} idle connections', 'tenant {} moved to shard {}', 'lease {} renewed for {} s', 'index {} rebuilt in {} ms')


def log_file(path, lines):
    """As a service writes it: a time, a level, a class, ` - `, one of twelve shapes with numbers in it."""
    draw = random.Random(1)
    with open(path, 'w', encoding='utf-8') as out:
        for i in range(lines):
            second = i // 4
            shape = SHAPES[draw.randrange(len(SHAPES))]
            message = shape.format(*(draw.randrange(600) for _ in range(shape.count('{}'))))
            level = ('INFO ', 'INFO ', 'DEBUG', 'WARN ')[draw.randrange(4)]
            out.write(f'2026-11-{1 + second // 86400 % 28:02d} {second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d},'
                      f'{i % 4 * 250:03d} {level} [worker-{draw.randrange(8)}] com.shop.Orders${draw.randrange(16)} - {message}\n')


AXES = ('lines', 'series', 'spans', 'changes', 'services')
DIGITS = re.compile(r'\d{3,}')
CHANGES_WITHIN_S = 3600  # before the alert: where an investigation looks


class Base:
    """An incident as rows: what is multiplied. Its files, OTLP among them, stay as they are in every copy of the folder."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, 'alert.json'), encoding='utf-8') as text:
            self.alert_s = float(json.load(text)['startsAt'])
        with open(os.path.join(folder, 'metrics.csv'), encoding='utf-8', newline='') as text:
            self.samples = list(csv.DictReader(text))
        with open(os.path.join(folder, 'topology.csv'), encoding='utf-8', newline='') as text:
            self.edges = list(csv.DictReader(text))
        self.lines, self.changes = (self.rows(name) for name in ('logs.jsonl', 'changes.jsonl'))
        self.spans = [span for request in self.rows('otlp-traces.jsonl') for span in spans_of(request)]

    def rows(self, name):
        """Of a file with an object a line."""
        with open(os.path.join(self.folder, name), encoding='utf-8') as text:
            return [json.loads(line) for line in text if line.strip()]

    def size(self):
        """How many there are of each."""
        series = {(row['service'], row['instance'], row['metric']) for row in self.samples}
        return {'lines': len(self.lines), 'series': len(series), 'spans': len(self.spans), 'changes': len(self.changes),
                'services': len({row['service'] for row in self.samples})}


def attribute(attributes, key):
    """The text of an attribute of OTLP."""
    return next((each['value'].get('stringValue', '') for each in attributes if each['key'] == key), '')


def spans_of(request):
    """The spans of an export request, as rows of `traces`."""
    for resource in request['resourceSpans']:
        about = resource['resource']['attributes']
        for scope in resource['scopeSpans']:
            for span in scope['spans']:
                start = int(span['startTimeUnixNano']) // 1000
                yield {'start_us': start, 'duration_us': int(span['endTimeUnixNano']) // 1000 - start,
                       'trace_id': span['traceId'], 'span_id': span['spanId'], 'parent_id': span.get('parentSpanId', ''),
                       'service': attribute(about, 'service.name'), 'instance': attribute(about, 'service.instance.id'),
                       'operation': span['name'], 'kind': ('', 'internal', 'server', 'client')[span.get('kind', 1) % 4],
                       'status': 'ERROR' if span.get('status', {}).get('code') == 2 else ''}


def shuffled(draw, rows, key):
    """Rows with the times of each other: the same values, and nothing happens in them."""
    times = [row[key] for row in rows]
    draw.shuffle(times)
    return [{**row, key: time} for row, time in zip(rows, times)]


def more_lines(draw, base):
    """Log lines with other numbers in them."""
    for row in shuffled(draw, base.lines, 'timestamp'):
        yield {**row, 'message': DIGITS.sub(lambda m: str(draw.randrange(10 ** (len(m[0]) - 1), 10 ** len(m[0]))), row['message'])}


def more_series(draw, base):
    """Series that do not move, each with the values of one that is there."""
    by_series = {}
    for row in base.samples:
        by_series.setdefault((row['service'], row['instance'], row['metric']), []).append(row)
    for rows in by_series.values():
        yield from shuffled(draw, rows, 'timestamp')


def more_spans(draw, base, copy):
    """Traces at each other's times."""
    starts = {}
    for span in base.spans:
        starts[span['trace_id']] = min(span['start_us'], starts.get(span['trace_id'], span['start_us']))
    others = list(starts.values())
    draw.shuffle(others)
    moved = {trace: other - starts[trace] for trace, other in zip(starts, others)}
    for span in base.spans:
        mark = f'{copy:03x}-'  # no id of a recording has one
        yield {**span, 'start_us': span['start_us'] + moved[span['trace_id']], 'trace_id': mark + span['trace_id'][4:],
               'span_id': mark + span['span_id'][4:], 'parent_id': mark + span['parent_id'][4:] if span['parent_id'] else ''}


def more_changes(draw, base, copy):
    """The changes again, under other ids, within the hour before the alert."""
    for row in base.changes:
        yield {**row, 'id': f'{row["id"]}-{copy}', 'timestamp': base.alert_s - draw.uniform(1, CHANGES_WITHIN_S)}


def renamed(row, copy):
    """A row of another service."""
    return {**row, 'service': f'{row["service"]}-shop{copy}', 'instance': f'{row["instance"]}-shop{copy}'}


class Writer:
    """Appends rows to the tables of a bundle."""

    def __init__(self, folder):
        self.folder = folder

    def jsonl(self, name, rows):
        """An object a line."""
        with open(os.path.join(self.folder, name), 'a', encoding='utf-8') as out:
            out.writelines(json.dumps(row) + '\n' for row in rows)

    def csv(self, name, columns, rows):
        """The file is there, with its header."""
        with open(os.path.join(self.folder, name), 'a', encoding='utf-8', newline='') as out:
            csv.DictWriter(out, columns, lineterminator='\n').writerows(rows)


SAMPLE = ('timestamp', 'service', 'metric', 'value', 'instance')


def grow(base, folder, axis, times):
    """Writes the incident into `folder` with `times` as much along one axis; `services` brings all that they measure and say."""
    shutil.copytree(base.folder, folder)
    draw, out = random.Random(times), Writer(folder)
    for copy in range(1, times):
        if axis == 'lines':
            out.jsonl('logs.jsonl', more_lines(draw, base))
        elif axis == 'series':
            out.csv('metrics.csv', SAMPLE, ({**row, 'metric': f'{row["metric"]}_{copy}'} for row in more_series(draw, base)))
        elif axis == 'spans':
            out.jsonl('traces.jsonl', more_spans(draw, base, copy))
        elif axis == 'changes':
            out.jsonl('changes.jsonl', more_changes(draw, base, copy))
        else:
            out.jsonl('logs.jsonl', (renamed(row, copy) for row in more_lines(draw, base)))
            out.csv('metrics.csv', SAMPLE, (renamed(row, copy) for row in more_series(draw, base)))
            out.jsonl('traces.jsonl', (renamed(row, copy) for row in more_spans(draw, base, copy)))
            out.csv('topology.csv', ('caller', 'callee'),
                    ({name: f'{edge[name]}-shop{copy}' for name in edge} for edge in base.edges))
