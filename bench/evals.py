# SPDX-License-Identifier: Apache-2.0
"""What `warroom eval VERB --json` printed, as tables; and an index of all that is in a folder of figures.

    python3 bench/evals.py FIGURES-FOLDER

Reads rca.json, rca-held-out.json, logs.json, series.json, changes-held-out.json, risk-held-out.json and scores.json of FIGURES-FOLDER/eval, those that are there, and
FIGURES-FOLDER/steps.tsv: a name, seconds, a state and a command a line.
"""
import html
import json
import os
import sys

import measure
import tables

SETS = {'changerca': 'ChangeRCA, Online Boutique: faulty rollouts', 'cloudopsbench': 'Cloud-OpsBench: Kubernetes, the object',
        'microirc-e': 'MicroIRC, Bookinfo: metrics', 'nezha-tt': 'Nezha, TrainTicket: traces, logs, metrics',
        'petshop': 'PetShop, AWS: metrics', 'rcd-sockshop': 'RCD, Sock Shop: metrics'}


def load(folder, name):
    """A board, or None where it was not measured."""
    try:
        with open(os.path.join(folder, 'eval', name + '.json'), encoding='utf-8') as text:
            return json.load(text)
    except (OSError, ValueError):
        return None


def rca(folder):
    """Incidents, set by set; beside it with weights that have not seen the set."""
    board, apart = load(folder, 'rca'), load(folder, 'rca-held-out')
    if not board:
        return None
    held = {name: f'{each["ac1"]:.3f}' for name, each in (apart or {'sets': {}})['sets'].items()}
    rows = [[SETS.get(name, name), each['cases'], f'{each["ac1"]:.3f}', held.get(name, 'not measured'), f'{each["ac3"]:.3f}', f'{each["ac5"]:.3f}',
             each['withheld'], each['confident_wrong'], f'{each["p50_ms"]:.0f}/{each["p95_ms"]:.0f}', f'{each["peak_rss_mb"]:.0f} MB']
            for name, each in board['sets'].items()]
    return {'columns': ['set', 'cases', 'AC@1', 'held out', 'AC@3', 'AC@5', 'withheld', 'wrong name', 'p50/p95 ms', 'peak RSS'], 'rows': rows}


def logs(folder):
    """Templates, system by system."""
    board = load(folder, 'logs')
    keys = ('ga', 'fga', 'pa', 'fta', 'pa_exact', 'fta_exact')
    return board and {'columns': ['system', 'GA', 'FGA', 'PA', 'FTA', 'PA=', 'FTA='],
                      'rows': [[each['system']] + [f'{each[key]:.3f}' for key in keys] for each in board['systems'] + [board['mean']]]}


def series(folder):
    """Anomalies, and beside them forecasts."""
    board = load(folder, 'series')
    keys = ('standard', 'held_out', 'few_false_alarms', 'few_misses')
    return board and {'columns': ['detector', 'standard', 'held out', 'few false alarms', 'few misses'],
                      'rows': [[name] + [f'{each[key]:.1f}' for key in keys] for name, each in board['detectors'].items()]}


def forecasts(folder):
    """Of the same series."""
    board = load(folder, 'series')
    return board and {'columns': ['forecast', 'MAPE %', 'MASE'],
                      'rows': [[name, f'{each["mape"]:.1f}', f'{each["mase"]:.2f}'] for name, each in board['forecasts'].items()]}


def changes(folder):
    """Culprits, repository by repository."""
    board = load(folder, 'changes-held-out')
    rows = board and [[repository, each['n'], each['top1'], each['top5'], f'{each["mrr"]:.3f}']
                      for repository, each in [*board['repos'].items(), ('all', board['all'])]]
    return board and {'columns': ['repository', 'symptoms', 'first %', 'in five %', 'MRR'], 'rows': rows}


def risk(folder):
    """Changes that came back."""
    board = load(folder, 'risk-held-out')
    return board and {'columns': ['judged by', 'AUC', 'average precision %', 'came back of the riskiest tenth %'],
                      'rows': [[name, f'{board["all"][key]["auc"]:.3f}', board['all'][key]['ap'], board['all'][key]['first_tenth']]
                               for name, key in (('warroom', 'model'), ('size', 'lines'), ('hotness of its files', 'hotness'))],
                      'note': f'{board["all"]["n"]:,} changes; of all {board["all"]["came_back"]} % came back.'}


def told(score):
    """A score with its interval."""
    return f'{score["score"]:.3f} ({score["low"]:.2f}-{score["high"]:.2f})'


def categories(folder):
    """The means of their tasks."""
    board = load(folder, 'scores')
    return board and {'columns': ['category', 'tasks', 'no model', 'small experts'],
                      'rows': [[name, each['none']['tasks'], told(each['none']), told(each['small']) if 'small' in each else '']
                               for name, each in board['categories'].items() if each.get('none')]}


def tasks(folder):
    """Each task of the suite; what is beside it are baselines, and halves that were kept from the program."""
    board = load(folder, 'scores')
    if not board:
        return None
    rows = {}
    for card in board['cards']:
        row = rows.setdefault(card['task'], [f'`{card["task"]}`', '', '', '', ''])
        scores = {each['who']: each for each in card['scores']}
        if 'warroom' not in scores:
            row[2] = row[2] or f'not measured: {card["failure"]}'
            continue
        row[1] = scores['warroom']['items']
        row[2 if card['mind'] == 'none' else 3] = told(scores['warroom'])
        kept = scores.get('warroom, kept half')
        if card['mind'] == 'none' or not row[4]:
            row[4] = ', '.join(f'{who.removeprefix("warroom, ")} {each["score"]:.3f}' for who, each in scores.items()
                               if who != 'warroom' and not who.endswith('dev half'))
        elif kept:
            row[4] += f', and {kept["score"]:.3f} with the small experts'
    return {'columns': ['task', 'items', 'no model', 'small experts', 'beside it'], 'rows': list(rows.values())}


def steps(folder):
    """What was run, how long it took, and what became of it."""
    with open(os.path.join(folder, 'steps.tsv'), encoding='utf-8') as lines:
        rows = [line.rstrip('\n').split('\t') for line in lines]
    return {'columns': ['step', 'seconds', 'state', 'command'], 'rows': [[name, int(took), state, f'`{words}`'] for name, took, state, words in rows]}


def page(measurements):
    """All tables on one page."""
    parts = ['<!doctype html><meta charset="utf-8"><title>warroom: figures</title><style>body{font:14px/1.5 system-ui,sans-serif;color:#1a1d24;'
             'max-width:1120px;margin:2em auto;padding:0 1em}table{border-collapse:collapse}td,th{border-bottom:1px solid #e4e7ec;padding:3px 12px 3px 0;'
             'text-align:left;font-variant-numeric:tabular-nums}h2{margin-top:2em}</style><h1>Figures</h1>'
             '<p><a href="eval/index.html">the tasks of the evaluation</a></p>']
    for name, measurement in measurements.items():
        parts.append(f'<h2>{html.escape(name)}</h2><p>{html.escape(measurement.get("machine", ""))} {html.escape(measurement.get("load", ""))}</p>')
        for title, table in measurement['tables'].items():
            parts.append(f'<h3>{html.escape(title)}</h3><table>')
            for i, row in enumerate([table['columns'], *table['rows']]):
                tag = 'td' if i else 'th'
                parts.append('<tr>' + ''.join(f'<{tag}>{html.escape(tables.cell(value).strip("`"))}</{tag}>' for value in row))
            parts.append(f'</table><p>{html.escape(table.get("note", ""))}</p>')
    return '\n'.join(parts) + '\n'


def main(folder):
    """Writes eval.json, its tables, steps, and index.html."""
    found = {'rca': rca(folder), 'logs': logs(folder), 'series': series(folder), 'forecasts': forecasts(folder), 'changes': changes(folder),
             'risk': risk(folder), 'categories': categories(folder), 'tasks': tasks(folder)}
    if os.path.exists(os.path.join(folder, 'steps.tsv')):
        found['steps'] = steps(folder)
    tables.write(folder, 'eval', {'machine': measure.machine(), 'load': measure.busy(),
                                  'tables': {name: table for name, table in found.items() if table}})
    with open(os.path.join(folder, 'index.html'), 'w', encoding='utf-8') as out:
        out.write(page(tables.read(folder)))


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
