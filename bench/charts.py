# SPDX-License-Identifier: Apache-2.0
"""Charts of what was measured, as SVG: the same figures give the same bytes.

    python3 bench/charts.py FIGURES-FOLDER OUT-FOLDER

Wants Debian's python3-matplotlib. A measurement that is not there has no chart.
"""
import os
import sys

import matplotlib

import tables

matplotlib.use('svg')
from matplotlib import pyplot  # noqa: E402 # pylint: disable=wrong-import-position

# Those of src/report/style.h
ACCENT, BAD, BAR, TEXT, SOFT, GRID = '#4f52d1', '#cf2f4a', '#b8bfcc', '#1a1d24', '#4a5160', '#eceef2'
SERIES = (ACCENT, '#9a6700', '#1f7a4d', BAR, SOFT)
STYLE = {'svg.hashsalt': 'warroom', 'svg.fonttype': 'none', 'font.family': 'sans-serif', 'font.sans-serif': ['Inter', 'DejaVu Sans', 'Arial'],
         'font.size': 9, 'text.color': TEXT, 'axes.labelcolor': SOFT, 'xtick.color': SOFT, 'ytick.color': SOFT, 'axes.edgecolor': GRID,
         'axes.grid': True, 'grid.color': GRID, 'axes.axisbelow': True, 'axes.spines.top': False, 'axes.spines.right': False,
         'axes.facecolor': '#fff', 'figure.facecolor': '#fff', 'legend.frameon': False, 'axes.titlesize': 10, 'axes.titleweight': 'semibold'}
BUDGET_S = 60.0


def save(figure, folder, name):
    """Without the time of day."""
    figure.tight_layout()
    figure.savefig(os.path.join(folder, name + '.svg'), metadata={'Date': None, 'Creator': 'warroom'})
    pyplot.close(figure)


def bars(axes, names, groups):
    """Groups of bars: [(label, values)] over names."""
    width = 0.8 / len(groups)
    for i, (label, values) in enumerate(groups):
        axes.bar([x - 0.4 + width * (i + 0.5) for x in range(len(names))], values, width * 0.92, label=label, color=SERIES[i])
    axes.set_xticks(range(len(names)), names)
    axes.grid(axis='x', visible=False)
    axes.set_ylim(0, 1.02)
    axes.legend(loc='upper center', bbox_to_anchor=(0.5, -0.1), ncols=len(groups))


def logs(measurement, folder):
    """Group accuracy, system by system."""
    table = measurement['tables'].get('logs-systems')
    if not table:
        return
    figure, axes = pyplot.subplots(figsize=(9, 3.4))
    bars(axes, [row[0] for row in table['rows']],
         [(name, [float(row[i + 1].split(' / ')[0]) for row in table['rows']]) for i, name in enumerate(table['columns'][1:])])
    axes.set_title('Group accuracy of log templates, 2,000 lines a system', loc='left')
    save(figure, folder, 'benchmarks-logs')


def metrics(measurement, folder):
    """AC@1, set by set, as known at night."""
    table = measurement['tables'].get('metrics-alert')
    if not table:
        return
    figure, axes = pyplot.subplots(figsize=(9, 3.4))
    bars(axes, [f'{row[0]} ({row[1]})' for row in table['rows']],
         [(name, [float(row[i + 2].split(' / ')[0]) for row in table['rows']]) for i, name in enumerate(table['columns'][2:])])
    axes.set_title('Share of incidents whose place is the first that is named, from the time of the alert', loc='left')
    save(figure, folder, 'benchmarks-metrics')


def changes(measurement, folder):
    """First and in five."""
    table = measurement['tables'].get('changes')
    if not table:
        return
    figure, axes = pyplot.subplots(figsize=(9, 2.6))
    rows = table['rows'][::-1]
    axes.barh([i + 0.2 for i in range(len(rows))], [row[3] for row in rows], 0.36, color=BAR, label='among the first five')
    axes.barh([i - 0.2 for i in range(len(rows))], [row[2] for row in rows], 0.36, color=ACCENT, label='first')
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    axes.grid(axis='y', visible=False)
    axes.set_xlim(0, 100)
    axes.set_xlabel('% of the symptoms')
    axes.legend(loc='lower right', bbox_to_anchor=(1, 1), ncols=2)
    save(figure, folder, 'benchmarks-changes')


def scale(measurement, folder):
    """Time and memory along each axis, measured and fitted."""
    axes_of = measurement['axes']
    figure, grid = pyplot.subplots(2, len(axes_of), figsize=(2.6 * len(axes_of), 5), sharey='row', squeeze=False)
    for column, (name, each) in enumerate(axes_of.items()):
        points = each['points']
        first, last = points[0]['n'], points[-1]['n']
        xs = [first * (10 * last / first) ** (i / 60) for i in range(61)]
        for row, (key, form, limit) in enumerate((('cpu_s', each['fit']['cpu'], BUDGET_S), ('peak_mb', each['fit']['peak'], None))):
            panel = grid[row][column]
            panel.plot(xs, [form['fixed'] + form['part'] * x ** form['exponent'] for x in xs], color=BAR, linewidth=1.5)
            panel.plot([p['n'] for p in points], [p[key] for p in points], 'o', color=ACCENT, markersize=4)
            panel.set_xscale('log')
            panel.set_yscale('log')
            panel.minorticks_off()
            if limit:
                panel.axhline(limit, color=BAD, linewidth=1, linestyle=(0, (4, 3)))
            panel.set_title(f'{name}: n^{form["exponent"]:.2f}' if row == 0 else '', loc='left')
        grid[1][column].set_xlabel(name)
    grid[0][0].set_ylabel('seconds of processor')
    grid[1][0].set_ylabel('peak memory, MB')
    save(figure, folder, 'benchmarks-scale')


def clickhouse(measurement, folder):
    """Milliseconds of processor, question by question."""
    rows = measurement['tables']['answers']['rows'][::-1]
    figure, axes = pyplot.subplots(figsize=(9, 3))
    axes.barh([i + 0.2 for i in range(len(rows))], [row[5] for row in rows], 0.36, color=ACCENT, label='our store')
    axes.barh([i - 0.2 for i in range(len(rows))], [row[6] for row in rows], 0.36, color=BAR, label='ClickHouse')
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    axes.grid(axis='y', visible=False)
    axes.set_xlabel('milliseconds of processor')
    axes.legend(loc='lower right', bbox_to_anchor=(1, 1), ncols=2)
    save(figure, folder, 'benchmarks-clickhouse')


def main(figures, folder):
    """Draws what there is."""
    measurements = tables.read(figures)
    with pyplot.rc_context(STYLE):
        for name, charts in (('peers', (logs, metrics, changes)), ('scale', (scale,)), ('clickhouse', (clickhouse,))):
            for chart in charts if name in measurements else ():
                chart(measurements[name], folder)


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
