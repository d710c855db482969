# SPDX-License-Identifier: Apache-2.0
"""How the cost of an investigation grows: a shipped incident, 1 to 100 times as large along each axis. bench/scale.sh starts this.

    python3 -m scale.run --build DIR --out DIR [--rounds N] [AXIS...]

What was interrupted goes on behind the last axis that was measured. Every point is a folder that is made, investigated and removed again; of the rounds the median counts, of memory the most. How a
cost grows is fitted (scale/fit.py).
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import measure
import resume
import tables
from scale import fit, made

BASE = 'examples/incidents/checkout-errors'
TIMES = (1, 3, 10, 30, 100)
BUDGET_S = 60.0     # what an investigation may take by default
AT_ONCE = (1, 2, 4, 8)


def investigate(warroom, folder):
    """The cost of one, and the place that it names."""
    cost = measure.run([warroom, 'investigate', '--format', 'json', folder], (0, 1))
    hypotheses = json.loads(cost.output).get('hypotheses') or [{}]
    return cost, hypotheses[0].get('subject', '')


def measure_axis(warroom, base, axis, rounds, work):
    """[{times, n, cpu_s, wall_s, peak_mb, place, bytes}] along one axis."""
    points = []
    for times in TIMES:
        folder = os.path.join(work, f'{axis}-{times}')
        made.grow(base, folder, axis, times)
        size = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
        results = [investigate(warroom, folder) for _ in range(rounds)]
        shutil.rmtree(folder)
        cost = measure.middle([result[0] for result in results])
        points.append({'times': times, 'n': base.size()[axis] * times, 'cpu_s': cost.cpu_s, 'wall_s': cost.wall_s, 'peak_mb': cost.peak_mb,
                       'place': results[0][1], 'mb': size / 1e6})
        measure.tell(f'{axis} x{times}: {cost.cpu_s:.2f} s of processor, {cost.peak_mb:.0f} MB')
    return points


def memory_mb():
    """Of this machine."""
    with open('/proc/meminfo', encoding='utf-8') as lines:
        return int(lines.readline().split()[1]) / 1024


def fitted(points):
    """The forms of time and memory, and where each limit is met."""
    cpu = fit.power([(p['n'], p['cpu_s']) for p in points])
    peak = fit.power([(p['n'], p['peak_mb']) for p in points])
    return {'cpu': {key: cpu[key] for key in ('fixed', 'part', 'exponent', 'residual')},
            'peak': {key: peak[key] for key in ('fixed', 'part', 'exponent', 'residual')},
            'n_at_budget': fit.meets(cpu, BUDGET_S), 'n_at_memory': fit.meets(peak, memory_mb())}


def at_once(warroom, folder):
    """Several investigations at the same time: seconds by the clock, and how many a minute."""
    rows = []
    for count in AT_ONCE:
        started = time.monotonic()
        children = [subprocess.Popen([warroom, 'investigate', '--format', 'json', folder], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL) for _ in range(count)]
        for child in children:
            child.wait()
        wall = time.monotonic() - started
        rows.append([count, wall, 60 * count / wall])
    return rows


def amount(value):
    """A large number as a person says it."""
    if value is None:
        return 'never'
    for unit, name in ((1e9, ' billion'), (1e6, ' million'), (1e3, ',000')):
        if value >= unit:
            return f'{value / unit:,.0f}{name}'
    return f'{value:.0f}'


def as_tables(found, together):
    """What documents show."""
    rows, sizes = [], []
    for axis, each in found.items():
        first, last, form = each['points'][0], each['points'][-1], each['fit']
        sizes.append([axis, f'{first["n"]:,} to {last["n"]:,}'] + [p['cpu_s'] for p in each['points']]
                     + [first['peak_mb'], last['peak_mb'], last['place']])
        rows.append([axis, f'{form["cpu"]["fixed"]:.2f} s + {form["cpu"]["part"]:.2g} s · n^{form["cpu"]["exponent"]:.2f}', form['cpu']['residual'],
                     f'{form["peak"]["fixed"]:.0f} MB + {form["peak"]["part"]:.2g} MB · n^{form["peak"]["exponent"]:.2f}',
                     amount(form['n_at_budget']), amount(form['n_at_memory'])])
    return {'cost': {'columns': ['axis', 'from, to', *[f'CPU s, x{t}' for t in TIMES], 'peak MB, x1', f'peak MB, x{TIMES[-1]}', f'names, at x{TIMES[-1]}'], 'rows': sizes, 'note': measure.where()},
            'fit': {'columns': ['axis', 'processor time, n of them', 'rms error', 'peak memory', f'{BUDGET_S:.0f} s at n =', 'memory of this machine at n ='], 'rows': rows},
            'at-once': {'columns': ['investigations at once', 'all done after s', 'a minute'], 'rows': together}}


def main():
    """Measures all axes, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default='build')
    parser.add_argument('--out', default='build/figures')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('axes', nargs='*', metavar='AXIS', help=', '.join(made.AXES) + '; one that is named is measured alone, and the others stay as they were')
    options = parser.parse_args()
    warroom = os.path.join(options.build, 'warroom')
    base = made.Base(BASE)
    kept = tables.read(options.out).get('scale', {}) if options.axes and os.path.isdir(options.out) else {}
    found = kept.get('axes', {})
    parts = resume.Parts(options.out, 'scale', [resume.digest(warroom), options.rounds, options.axes])
    with tempfile.TemporaryDirectory() as work:
        for axis in options.axes or made.AXES:
            points = parts.part(axis, lambda a=axis: measure_axis(warroom, base, a, options.rounds, work))
            found[axis] = {'points': points, 'fit': fitted(points)}
    found = {axis: found[axis] for axis in made.AXES if axis in found}
    measurement = {'machine': measure.machine(), 'load': measure.busy(), 'base': BASE, 'size': base.size(), 'axes': found,
                   'tables': as_tables(found, at_once(warroom, BASE))}
    tables.write(options.out, 'scale', measurement)
    parts.done()
    for table in measurement['tables'].values():
        print(tables.tsv(table))
    return 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except measure.Failed as error:
        sys.exit(f'scale: {error}')
