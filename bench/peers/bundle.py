# SPDX-License-Identifier: Apache-2.0
"""Reads what a peer needs of an incident bundle (docs/bundle.md): alert, truth, series of metrics.csv."""
import csv
import datetime
import json
import os

import numpy

UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # above: nanoseconds, microseconds, milliseconds; else seconds


def seconds(text):
    """A time of a bundle as seconds since 1970."""
    try:
        value = float(text)
    except ValueError:
        moment = datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).timestamp()
    for above, unit in UNITS:
        if value > above:
            return value / unit
    return value


def read_json(folder, name):
    """A file of one object."""
    with open(os.path.join(folder, name), encoding='utf-8') as text:
        return json.load(text)


def cases(folder):
    """The bundles of a set that have metrics as CSV, by name."""
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))
            if all(os.path.exists(os.path.join(folder, name, file))
                   for file in ('alert.json', 'truth.json', 'metrics.csv'))]


def series(folder):
    """{(service, instance, metric): (times, values)}, in the order of time; what is no number is left out."""
    found = {}
    with open(os.path.join(folder, 'metrics.csv'), encoding='utf-8', newline='') as text:
        rows = csv.reader(text)
        header = next(rows)
        at = {name: header.index(name) for name in header}
        when, service, metric, value = at['timestamp'], at['service'], at['metric'], at['value']
        instance, labels = at.get('instance'), at.get('labels')
        for row in rows:
            try:
                number = float(row[value])
            except ValueError:
                continue
            key = (row[service], row[instance] if instance is not None else '',
                   row[metric] + (row[labels] if labels is not None else ''))
            times, values = found.setdefault(key, ([], []))
            times.append(seconds(row[when]))
            values.append(number)
    for key, (times, values) in found.items():
        order = numpy.argsort(numpy.array(times), kind='stable')
        found[key] = (numpy.array(times)[order], numpy.array(values)[order])
    return found


def is_right(place, truth):
    """Whether a place, (service, instance), is that of the truth, as `warroom eval rca` has it."""
    meant = {name for name in (truth.get('service'), truth.get('instance')) if name}
    return bool(meant & {name for name in place if name})


def accuracy(ranks):
    """AC@1, AC@3, AC@5 and Avg@5 out of the rank of the first right answer of each case; 0: none was right."""
    within = [sum(1 <= rank <= k for rank in ranks) / len(ranks) for k in range(1, 6)]
    return {'ac1': within[0], 'ac3': within[2], 'ac5': within[4], 'avg5': sum(within) / 5}
