# SPDX-License-Identifier: Apache-2.0
"""Which change did it, as far as git log and grep tell.

    newest           git log: the newest first
    paths            git log -- PATH: changes first whose files have a name that the symptom mentions; then the newest
    words            ripgrep over messages, paths and changed words: by how many words of the symptom a change has; then the newest
    message words    the same over messages and paths alone, as git log --grep

What is searched is a file with one line a change; it is made before the clock starts. The sets' form is that of
`warroom eval changes` (eval/README.md).

    python3 -m peers.found FOLDER...          ranks and times of all queries, as JSON
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

WORD = re.compile(r'[A-Za-z_][A-Za-z0-9_]{3,}')  # shorter ones are in every change
STOP = frozenset('''about after again also although always been before being both cannot change changed changes could does doing done
down during each either error errors fail failed failing fails failure from have having here instead into issue just like make makes
more most must need needs never only other over same should since some such than that their them then there these they this those
through time times under until used uses using very want were what when where which while will with within without would your'''.split())


def words_of(symptom):
    """What a person would search for: each word once, in the order of the text."""
    return list(dict.fromkeys(word.lower() for word in WORD.findall(symptom) if word.lower() not in STOP))


def line_of(change, diff):
    """What of a change can be searched, on one line; `diff`: with its changed words."""
    words = list(change.get('words', {})) + list(change.get('scopes', {})) if diff else []
    files = [file[0] for file in change.get('files', [])]
    return ' '.join([change.get('message', ''), *files, *words]).replace('\n', ' ').replace('\r', ' ')


def searcher():
    """The program that searches, and its version."""
    for name, words in (('rg', ['rg', '--no-filename', '-n', '-o', '-i', '-w', '-F']),
                        ('grep', ['grep', '-h', '-n', '-o', '-i', '-w', '-F'])):
        if shutil.which(name):
            version = subprocess.run([name, '--version'], capture_output=True, text=True, check=True).stdout.splitlines()[0]
            return words, version
    sys.exit('neither rg nor grep is installed')


def search(program, words, path):
    """{number of the line: set of words} of a file."""
    found = {}
    if words:
        patterns = [part for word in words for part in ('-e', word)]
        text = subprocess.run([*program, *patterns, path], capture_output=True, text=True, check=False, errors='replace').stdout
        for line in text.splitlines():
            number, _, word = line.partition(':')
            found.setdefault(int(number) - 1, set()).add(word.lower())
    return found


def mentions(symptom, change):
    """Whether a file of the change has a name that the symptom has as a word."""
    said = set(words_of(symptom)) | {word.lower() for word in re.findall(r'[\w./-]+', symptom)}
    for file in change.get('files', []):
        path = file[0].lower()
        name = os.path.basename(path)
        if path in said or name in said or (len(name) > 6 and os.path.splitext(name)[0] in said):
            return True
    return False


def by_score(score, count):
    """Places, the highest score first, of equals the newest."""
    return sorted(range(count), key=lambda i: (-score.get(i, 0), -i))


def search_changes(program, query, candidates, diff):
    """{place: number of words} and the milliseconds that the search took."""
    with tempfile.NamedTemporaryFile('w', suffix='.txt', encoding='utf-8') as text:
        text.writelines(line_of(change, diff) + '\n' for change in candidates)
        text.flush()
        started = time.monotonic()
        found = search(program, words_of(query['symptom']), text.name)
        return {i: len(words) for i, words in found.items()}, (time.monotonic() - started) * 1e3


def orders(query, candidates, words, message_words):
    """{method: order of the candidates}."""
    count = len(candidates)
    return {'newest': by_score({}, count),
            'paths': by_score({i: 1 for i, change in enumerate(candidates) if mentions(query['symptom'], change)}, count),
            'words': by_score(words, count), 'message words': by_score(message_words, count)}


def of_repository(folder, program):
    """[{method: rank, "ms": of the search}] of all queries of a repository."""
    with open(os.path.join(folder, 'changes.jsonl'), encoding='utf-8') as lines:
        changes = sorted((json.loads(line) for line in lines), key=lambda change: change['position'])
    with open(os.path.join(folder, 'queries.jsonl'), encoding='utf-8') as lines:
        queries = [json.loads(line) for line in lines]
    answers = []
    for query in queries:
        candidates = [change for change in changes if query['lo'] <= change['position'] < query['hi']]
        words, ms = search_changes(program, query, candidates, True)
        message_words, _ = search_changes(program, query, candidates, False)
        answer = {'ms': ms, 'hard': bool(query['hard'])}
        truth = set(query['truth'])
        for method, order in orders(query, candidates, words, message_words).items():
            answer[method] = next((i + 1 for i, place in enumerate(order) if candidates[place]['id'] in truth), 0)
        answers.append(answer)
    return answers


def main(folders):
    """See above."""
    if not folders:
        sys.exit(__doc__)
    program, version = searcher()
    print(json.dumps({'searcher': version, 'repositories': {
        os.path.basename(folder.rstrip('/')): of_repository(folder, program) for folder in folders}}))


if __name__ == '__main__':
    main(sys.argv[1:])
