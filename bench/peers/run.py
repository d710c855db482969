# SPDX-License-Identifier: Apache-2.0
"""The program beside its peers: the same work, the same items, the same run. bench/peers/run.sh starts this.

    python3 -m peers.run --build DIR --data DIR --out DIR [ROW...]

A row whose peer is not installed, or whose data are not at hand, says so, and the others run. What was interrupted goes on behind
the last row that was measured. Exit status: 0 all rows were
measured; 1 some were not; 2 none was.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import measure
import resume
import tables
from scale import made

PYTHON = sys.executable
SETS_OF_METRICS = ('changerca', 'microirc-e', 'nezha-tt', 'petshop', 'rcd-sockshop')
INCIDENTS = 'examples/incidents'
ROUNDS = 4          # of two programs in turns
LINES = 100_000     # of the log files
CASES_TIMED = 3     # of each set
NEAR_S = 60         # of a time of a fault
METHODS = ('N-Sigma, authors', 'N-Sigma, either way', 'BARO, authors', 'BARO, either way')


class Missing(Exception):
    """What a row lacks: its peer, or its data."""


class Place:
    """Where programs and data are."""

    def __init__(self, options):
        self.build, self.data, self.out = options.build, options.data, options.out

    def program(self, name):
        """The path of a program of the build."""
        path = os.path.join(self.build, name)
        if not os.access(path, os.X_OK):
            raise Missing(f'{path} is not built')
        return path

    def folder(self, name):
        """The path of a public set."""
        path = os.path.join(self.data, name)
        if not os.path.isdir(path):
            raise Missing(f'data not at hand: {path}')
        return path


def installed(module):
    """The version of a Python module."""
    done = subprocess.run([PYTHON, '-c', f'import {module}; print({module}.__version__)'], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Missing(f'not installed: python3-{module}')
    return done.stdout.strip()


def output(words, expected=(0,)):
    """What a program prints."""
    return measure.run(words, expected).output.decode()


def beside(title, ours, theirs, rounds=ROUNDS):
    """A row of costs: both in turns, and how many times more the peer takes."""
    a, b = measure.turns([ours, theirs], rounds)
    return [title, a.cpu_s, b.cpu_s, b.cpu_s / a.cpu_s, a.wall_s, b.wall_s, a.peak_mb, b.peak_mb]


COST_COLUMNS = ['work', 'warroom CPU s', 'peer CPU s', 'peer / warroom', 'warroom wall s', 'peer wall s', 'warroom MB', 'peer MB']


def log_files(folder, work):
    """(what it is, path) of the files that both read: one that is made up, and the messages of all labelled systems, again and again."""
    from peers import drain  # pylint: disable=import-outside-toplevel
    paths = os.path.join(work, 'made.log'), os.path.join(work, 'messages.log')
    made.log_file(paths[0], LINES)
    messages = drain.messages(folder)
    with open(paths[1], 'w', encoding='utf-8') as out:
        for i in range(LINES):
            out.write(messages[i % len(messages)] + '\n')
    return (f'{LINES:,} lines of twelve shapes', paths[0]), (f'{LINES:,} lines of the labelled systems', paths[1])


def templates_cost(place, title, path):
    """Both on one file."""
    cost = beside(title, lambda: measure.run([place.program('warroom'), 'logs', 'templates', path]),
                  lambda: measure.run([PYTHON, '-m', 'peers.drain', '--file', path]))
    return cost + [LINES / cost[1], LINES / cost[2]]


def logs(place):
    """Drain, in the authors' settings and in one for all; speed on a file that is made up."""
    evaluate, folder = place.program('warroom-eval'), place.folder('loghub')
    rows = []
    with tempfile.TemporaryDirectory() as work:
        for title, extra in (('Drain, settings of its authors for each system', []), ('Drain, one setting for all', ['any'])):
            output([PYTHON, '-m', 'peers.drain', folder, work, *extra])
            rows.append((title, json.loads(output([evaluate, 'logs', folder, '--templates', work, '--json']))))
        rows.insert(0, ('warroom, no settings', json.loads(output([evaluate, 'logs', folder, '--json']))))
        costs = [templates_cost(place, title, path) for title, path in log_files(folder, work)]
    names = [system['system'] for system in rows[0][1]['systems']]
    quality = [[title] + [board['mean'][key] for key in ('ga', 'fga', 'pa', 'fta')] for title, board in rows]
    by_system = [[name] + [f'{system["ga"]:.3f} / {system["fga"]:.3f}' for _, board in rows
                           for system in board['systems'] if system['system'] == name] for name in names]
    return {'logs': {'columns': ['mean of the systems', 'GA', 'FGA', 'PA', 'FTA'], 'rows': quality},
            'logs-systems': {'columns': ['GA / FGA'] + [title for title, _ in rows], 'rows': by_system},
            'logs-cost': {'columns': COST_COLUMNS + ['warroom lines/CPU s', 'peer lines/CPU s'], 'rows': costs}}


TIMES_COLUMNS = ['set', 'cases', 'a change is found', 'before the fault', 'within a minute of it', 'median seconds off']


def times_row(name, off):
    """How well BARO's change points tell the time of the fault."""
    found = [seconds for seconds in off if seconds is not None]
    return [name, len(off), len(found), sum(seconds < -NEAR_S for seconds in found), sum(abs(seconds) <= NEAR_S for seconds in found),
            statistics.median(map(abs, found)) if found else None]


def metrics(place):
    """N-Sigma and BARO, told the time of the alert, told the true one, and finding one themselves."""
    installed('numpy')
    evaluate, warroom = place.program('warroom-eval'), place.program('warroom')
    tellings = {'alert': [], 'truth': [], 'found': []}
    times, costs = [], []
    for name in SETS_OF_METRICS:
        try:
            folder = place.folder(os.path.join('rca', name))
        except Missing as error:
            measure.tell(f'metrics: {error}')
            continue
        measure.tell(f'metrics: {name}')
        from peers import bundle  # pylint: disable=import-outside-toplevel # numpy only where it is asked for
        answer = json.loads(output([PYTHON, '-m', 'peers.shift', folder]))
        ranks = answer['ranks']
        times.append(times_row(name, answer['off_s']))
        ours = json.loads(output([evaluate, 'rca', folder, '--json', '--warroom', warroom]))['sets'][name]
        for telling, rows in tellings.items():
            scores = [bundle.accuracy(ranks[method][telling]) for method in METHODS]
            rows.append([name, ours['cases'], f'{ours["ac1"]:.2f} / {ours["ac3"]:.2f} / {ours["ac5"]:.2f} / {ours["avg5"]:.2f}']
                        + [f'{s["ac1"]:.2f} / {s["ac3"]:.2f} / {s["ac5"]:.2f} / {s["avg5"]:.2f}' for s in scores])
        cases = bundle.cases(folder)[:CASES_TIMED]
        each = [beside(name, lambda c=case: measure.run([warroom, 'investigate', '--format', 'json', c], (0, 1)),
                       lambda c=case: measure.run([PYTHON, '-m', 'peers.shift', '--one', c]), 1) for case in cases]
        middle = [statistics.median(row[i] for row in each) for i in range(1, len(COST_COLUMNS))]
        middle[2] = middle[1] / middle[0]
        costs.append([f'a case of {name}'] + middle)
    if not costs:
        raise Missing(f'data not at hand: {place.data}/rca')
    columns = ['AC@1 / AC@3 / AC@5 / Avg@5', 'cases', 'warroom', *METHODS]
    return {'metrics-alert': {'columns': columns, 'rows': tellings['alert']},
            'metrics-truth': {'columns': columns, 'rows': tellings['truth']},
            'metrics-found': {'columns': columns, 'rows': tellings['found']},
            'metrics-times': {'columns': TIMES_COLUMNS, 'rows': times},
            'metrics-cost': {'columns': COST_COLUMNS, 'rows': costs}}


def held_out(place, folders, work):
    """Scores of rankers that have never seen the repository that they are asked about."""
    output([place.program('warroom-train'), 'changes', *folders, '--held-out', work])
    return json.loads(output([place.program('warroom-eval'), 'changes', *folders, '--held-out', work, '--json']))


def changes(place):
    """git log, and ripgrep or grep."""
    parent = place.folder('changes')
    folders = [os.path.join(parent, name) for name in sorted(os.listdir(parent))
               if os.path.exists(os.path.join(parent, name, 'queries.jsonl'))]
    if not folders:
        raise Missing(f'data not at hand: {parent}')
    if not shutil.which('rg') and not shutil.which('grep'):
        raise Missing('not installed: ripgrep')
    measure.tell('changes: learning without each repository')
    with tempfile.TemporaryDirectory() as work:
        board = held_out(place, folders, work)
    found = json.loads(output([PYTHON, '-m', 'peers.found', *folders]))
    answers = [answer for each in found['repositories'].values() for answer in each]
    hard = [answer for answer in answers if answer['hard']]
    rows = [['warroom, each repository held out', board['all']['n'], board['all']['top1'], board['all']['top5'],
             board['all']['mrr'], board['hard']['top5'], board['p50_ms']]]
    titles = {'newest': 'git log, the newest first', 'paths': 'git log, named files first',
              'words': 'words of the symptom in message and diff', 'message words': 'words of the symptom in the message'}
    for method, title in titles.items():
        ranks = [answer[method] for answer in answers]
        rows.append([title, len(ranks), 100 * sum(r == 1 for r in ranks) / len(ranks),
                     100 * sum(1 <= r <= 5 for r in ranks) / len(ranks), sum(1 / r for r in ranks if r) / len(ranks),
                     100 * sum(1 <= answer[method] <= 5 for answer in hard) / max(1, len(hard)),
                     statistics.median(a['ms'] for a in answers) if method == 'words' else None])
    return {'changes': {'columns': ['of 1,000 candidates', 'symptoms', 'first %', 'in five %', 'MRR', 'hard, in five %', 'ms each'],
                        'rows': rows, 'note': f'{found["searcher"]}. *Hard*: the culprit is not among the newest 20.'}}


def whole(place):
    """A plain read by DuckDB (bench/duckdb_read.c), over the shipped incidents that are folders."""
    warroom, read = place.program('warroom'), place.program('bench/bench-duckdb-read')
    rows = []
    for name in sorted(os.listdir(INCIDENTS)):
        folder = os.path.join(INCIDENTS, name)
        if os.path.isdir(folder):
            rows.append(beside(name, lambda f=folder: measure.run([warroom, 'investigate', '--format', 'json', f], (0, 1)),
                               lambda f=folder: measure.run([read, f])))
    return {'whole': {'columns': COST_COLUMNS, 'rows': rows}}


ROWS = {'logs': logs, 'metrics': metrics, 'changes': changes, 'whole': whole}


def versions(place):
    """Of all that is compared, one line each."""
    def first(words):
        try:
            return subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()[0]
        except (OSError, subprocess.CalledProcessError, IndexError):
            return 'not installed'

    def module(name):
        try:
            return installed(name)
        except Missing:
            return 'not installed'
    return {'warroom': first([os.path.join(place.build, 'warroom'), '--version']), 'python': sys.version.split()[0],
            'numpy': module('numpy'), 'git': first(['git', '--version']), 'ripgrep': first(['rg', '--version']),
            'grep': first(['grep', '--version'])}


def main():
    """Measures the rows that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default='build')
    parser.add_argument('--data', default='build/data')
    parser.add_argument('--out', default='build/figures')
    parser.add_argument('rows', nargs='*', metavar='ROW', choices=[[], *ROWS], help=', '.join(ROWS))
    options = parser.parse_args()
    place = Place(options)
    names = options.rows or list(ROWS)
    found = tables.read(options.out).get('peers', {'tables': {}})['tables'] if options.rows and os.path.isdir(options.out) else {}
    parts = resume.Parts(options.out, 'peers', [resume.digest(os.path.join(options.build, 'warroom')), options.data, options.rows])
    state = []
    about = {'machine': measure.machine(), 'load': measure.busy(), 'versions': versions(place)}
    for name in names:
        measure.tell(f'{name} ...')
        try:
            found.update(parts.part(name, lambda n=name: ROWS[n](place)))
            state.append([name, 'measured'])
        except (Missing, measure.Failed) as error:
            state.append([name, str(error)])
    found['versions'] = {'columns': ['program', 'version'], 'rows': [list(each) for each in about['versions'].items()],
                         'note': measure.where()}
    found['state'] = {'columns': ['row', 'state'], 'rows': state}
    tables.write(options.out, 'peers', {**about, 'tables': found})
    parts.done()
    for title, table in found.items():
        print(f'# {title}\n{tables.tsv(table)}')
    missing = [name for name, what in state if what != 'measured']
    return 0 if not missing else 2 if len(missing) == len(names) else 1


if __name__ == '__main__':
    sys.exit(main())
