# SPDX-License-Identifier: Apache-2.0
"""Figures as tables: one JSON file a measurement, and what documents show of it.

A measurement is {"measured": WHEN AND WHERE, "tables": {NAME: {"columns": [...], "rows": [[...]], "note": "..."}}, "charts": {...}}. Documents
hold `<!-- table NAME -->` and `<!-- /table -->`; what lies between is written by this program and by nobody else.

    python3 bench/tables.py FIGURES-FOLDER DOCUMENT...
"""
import json
import os
import re
import sys

MARKED = re.compile(r'(<!-- table (?P<name>[\w.-]+) -->\n).*?(<!-- /table -->)', re.S)


def cell(value):
    """A cell as text; numbers to three digits that mean something."""
    if value is None:
        return ''
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value).replace('|', '\\|')
    if value == 0 or 1e-3 <= abs(value) < 1:
        return f'{value:.3f}'
    if abs(value) < 1e-3:
        return f'{value:.1e}'
    return f'{value:.2f}' if abs(value) < 10 else f'{value:.1f}' if abs(value) < 100 else f'{value:,.0f}'


def markdown(table):
    """A table as documents show it."""
    lines = ['| ' + ' | '.join(table['columns']) + ' |', '|' + '---|' * len(table['columns'])]
    lines += ['| ' + ' | '.join(cell(value) for value in row) + ' |' for row in table['rows']]
    text = '\n' + '\n'.join(lines) + '\n\n'
    return text + table['note'] + '\n\n' if table.get('note') else text


def tsv(table):
    """The same for programs."""
    rows = [table['columns']] + [['' if v is None else str(v) for v in row] for row in table['rows']]
    return ''.join('\t'.join(row) + '\n' for row in rows)


def write(folder, name, measurement):
    """Keeps a measurement as NAME.json, and each of its tables as NAME.TABLE.tsv."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + '.json'), 'w', encoding='utf-8') as out:
        json.dump(measurement, out, indent=1, sort_keys=True)
        out.write('\n')
    for title, table in measurement['tables'].items():
        with open(os.path.join(folder, f'{name}.{title}.tsv'), 'w', encoding='utf-8') as out:
            out.write(tsv(table))


def read(folder):
    """All measurements of a folder, by name."""
    found = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith('.json'):
            with open(os.path.join(folder, name), encoding='utf-8') as text:
                measurement = json.load(text)
            if isinstance(measurement, dict) and 'tables' in measurement:
                found[name[:-len('.json')]] = measurement
    return found


def fill(text, measurements):
    """A document with its tables. One that was not measured stays as it was: its name is in the second value."""
    known = {f'{name}.{title}': table for name, measurement in measurements.items()
             for title, table in measurement['tables'].items()}
    left = []

    def replace(match):
        if match['name'] not in known:
            left.append(match['name'])
            return match[0]
        return match[1] + markdown(known[match['name']]) + match[3]

    return MARKED.sub(replace, text), left


def main(folder, documents):
    """Fills the documents."""
    measurements = read(folder)
    for path in documents:
        with open(path, encoding='utf-8') as file:
            before = file.read()
        after, left = fill(before, measurements)
        if after != before:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(after)
        for name in left:
            print(f'{path}: {name} was not measured, and stays as it is', file=sys.stderr)


if __name__ == '__main__':
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
