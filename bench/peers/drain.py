# SPDX-License-Identifier: Apache-2.0
"""Drain (He, Zhu, Zheng, Lyu, ICWS 2017): log templates by a parse tree of fixed depth, written from the paper.

Regular expressions turn what is known to vary into <*>. A message goes to the branch of its length, then along its first
depth - 2 words, where a word with a digit counts as <*> and a node has at most maxChild branches; in the leaf it joins the
group whose template has most of its words in the same places, if that is a share of st at least. Words that differ become <*>.
A message that is shorter than the tree is deep ends where its words end, as in later versions; the authors' first program
gives each such message a group of its own.

    python3 -m peers.drain LOGHUB OUT [any]   writes OUT/SYSTEM.tsv, a group and a template a line, for `warroom eval logs --templates`
    python3 -m peers.drain --file FILE        templates of the messages behind ` - `, counted: for timing
"""
import csv
import json
import os
import re
import sys

WILD = '<*>'
MAX_CHILD = 100  # the paper's
SUFFIX = '_2k.log_structured.csv'


class Group:
    """Messages that are held to be alike."""
    __slots__ = ('number', 'template', 'count')

    def __init__(self, number, template):
        self.number, self.template, self.count = number, template, 0


def has_digit(word):
    """Whether a word is likely to vary."""
    return any(c.isdigit() for c in word)


def likeness(template, words):
    """The share of words that are the same in the same places, and how many places may be anything."""
    same = wild = 0
    for ours, theirs in zip(template, words):
        if ours == WILD:
            wild += 1
        elif ours == theirs:
            same += 1
    return same / len(template), wild


class Drain:
    """One tree. `add` gives the group of a message; its template is final when all have been added."""

    def __init__(self, regex=(), st=0.5, depth=4, max_child=MAX_CHILD):
        self.regex = [re.compile(each) for each in regex]
        self.st, self.layers, self.max_child = st, depth - 2, max_child
        self.lengths, self.groups = {}, []

    def words(self, message):
        """A message as words, without what is known to vary."""
        for each in self.regex:
            message = each.sub(WILD, message)
        return message.split()

    def branch(self, node, word):
        """The branch that a new message takes; made where there is room."""
        children = node['next']
        if word in children:
            return children[word]
        room = self.max_child - (0 if WILD in children else 1)  # one is kept for what has no other place
        if has_digit(word) or len(children) >= room:
            word = WILD
        return children.setdefault(word, {'next': {}, 'groups': []})

    def find(self, words):
        """The group that a message belongs to, or None."""
        node = self.lengths.get(len(words))
        for word in words[:self.layers]:
            if node is None:
                return None
            node = node['next'].get(word) or node['next'].get(WILD)
        best, best_score = None, (-1.0, -1)
        for group in node['groups'] if node else ():
            score = likeness(group.template, words)
            if score > best_score:
                best, best_score = group, score
        return best if best_score[0] >= self.st else None

    def add(self, message):
        """Returns the Group of a message."""
        words = self.words(message) or ['']
        group = self.find(words)
        if group is None:
            group = Group(len(self.groups), words)
            self.groups.append(group)
            node = self.lengths.setdefault(len(words), {'next': {}, 'groups': []})
            for word in words[:self.layers]:
                node = self.branch(node, word)
            node['groups'].append(group)
        elif group.template != words:
            group.template = [a if a == b else WILD for a, b in zip(group.template, words)]
        group.count += 1
        return group


def systems(folder):
    """(name, path) of the labelled files, as loghub lays them out."""
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name, name + SUFFIX)
        if os.path.exists(path):
            yield name, path


def messages(folder):
    """Those of all systems, in the order of the files."""
    found = []
    for _, path in systems(folder):
        with open(path, encoding='utf-8', newline='') as text:
            found += [row['Content'].replace('\n', ' ') for row in csv.DictReader(text)]
    return found


def parse_set(folder, out, one_for_all):
    """Writes what Drain makes of each system."""
    with open(os.path.join(os.path.dirname(__file__), 'drain_settings.json'), encoding='utf-8') as text:
        settings = json.load(text)
    for name, path in systems(folder):
        drain = Drain(**settings['any' if one_for_all else name if name in settings else 'any'])
        with open(path, encoding='utf-8', newline='') as text:
            groups = [drain.add(row['Content']) for row in csv.DictReader(text)]
        with open(os.path.join(out, name + '.tsv'), 'w', encoding='utf-8') as lines:
            for group in groups:
                lines.write(f'{group.number}\t{" ".join(group.template)}\n')


def parse_file(path):
    """Prints the templates of a file, the most frequent first."""
    drain = Drain(regex=[r'(\d+\.){3}\d+'])
    with open(path, encoding='utf-8', errors='replace') as lines:
        for line in lines:
            drain.add(line.split(' - ', 1)[-1])
    for group in sorted(drain.groups, key=lambda g: (-g.count, g.number)):
        print(group.count, ' '.join(group.template), sep='\t')


def main(words):
    """See above."""
    if len(words) == 2 and words[0] == '--file':
        parse_file(words[1])
    elif len(words) in (2, 3):
        os.makedirs(words[1], exist_ok=True)
        parse_set(words[0], words[1], words[2:] == ['any'])
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv[1:])
