# SPDX-License-Identifier: Apache-2.0
"""A vocabulary of byte pairs, learned and applied (R. Sennrich et al., "Neural Machine Translation of Rare Words with
Subword Units", 2016; over bytes, as A. Radford et al. have it, "Language Models are Unsupervised Multitask Learners", 2019).

A text is cut into words first, each digit for itself, as llama.cpp cuts it for `tokenizer.ggml.pre` "smollm"; pairs
are joined within words only. The same corpus gives the same vocabulary: of pairs that are as frequent, the one whose bytes
come first.

    vocabulary.py CORPUS... --size 4096 --out vocabulary.json
"""
import argparse
import collections
import heapq
import json
import re
import sys
import unicodedata

from corpus import read_rows, row_texts
from marks import MARK, SPECIAL

TEXT_BYTES_MAX = 64 << 20  # what is learned from: more changes little, and takes long


def character_class(kinds, more=""):
    """Those of the given kinds, as the inside of a character class."""
    spans, first = [], None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code))[0] in kinds
        if inside and first is None:
            first = code
        elif not inside and first is not None:
            spans.append(f"\\U{first:08x}-\\U{code - 1:08x}")
            first = None
    return "".join(spans) + more


LETTER, NUMBER = character_class("L"), character_class("N")
SPACE = character_class("Z", "\t\n\v\f\r\x85")
DIGIT = re.compile(f"([{NUMBER}])")
WORD = re.compile(f"'s|'t|'re|'ve|'m|'ll|'d| ?[{LETTER}]+| ?[^{SPACE}{LETTER}{NUMBER}]+"
                  f"|[{SPACE}]+(?![^{SPACE}])|[{SPACE}]+")


def words_of(text):
    for i, part in enumerate(DIGIT.split(text)):
        if i % 2:
            yield part
        elif part:
            yield from WORD.findall(part)


def byte_names():
    """Each byte as a character that prints; the printable ones as themselves."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {**{byte: chr(byte) for byte in shown}, **{byte: chr(256 + i) for i, byte in enumerate(hidden)}}


NAMES = byte_names()


class Vocabulary:
    """`tokens` are texts in the characters of NAMES; `merges` pairs of them, the first learned first."""

    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        self.tokens = [NAMES[byte] for byte in range(256)] + [a + b for a, b in self.merges] + SPECIAL
        self.number = {token: i for i, token in enumerate(self.tokens)}
        self.rank = {pair: i for i, pair in enumerate(self.merges)}
        self.cut = {}

    def __len__(self):
        return len(self.tokens)

    def cut_word(self, word):
        parts = [NAMES[byte] for byte in word.encode()]
        while len(parts) > 1:
            best = min(range(len(parts) - 1), key=lambda i: (self.rank.get((parts[i], parts[i + 1]), len(self.rank)), i))
            if (parts[best], parts[best + 1]) not in self.rank:
                break
            parts[best:best + 2] = [parts[best] + parts[best + 1]]
        return [self.number[part] for part in parts]

    def encode(self, text):
        """Marks in a text are not special: whoever wrote it does not speak for others."""
        numbers = []
        for word in words_of(text):
            if word not in self.cut:
                self.cut[word] = self.cut_word(word)
            numbers += self.cut[word]
        return numbers

    def encode_marked(self, text, prefix=""):
        """With the marks in it that begin like that."""
        numbers = []
        for i, part in enumerate(MARK.split(text)):
            numbers += [self.number[part]] if i % 2 and part.startswith(prefix) else self.encode(part)
        return numbers

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"merges": self.merges}, file, ensure_ascii=False)

    @staticmethod
    def load(path):
        with open(path, encoding="utf-8") as file:
            return Vocabulary(json.load(file)["merges"])


def count_words(texts):
    counts, read = collections.Counter(), 0
    for text in texts:
        for part in MARK.split(text)[::2]:
            counts.update(words_of(part))
        read += len(text.encode())
        if read > TEXT_BYTES_MAX:
            break
    return counts


def learn(texts, size):
    """Pairs are counted once; what a merge changes is corrected in the words that have the pair."""
    counts = count_words(texts)
    words = [[NAMES[byte] for byte in word.encode()] for word in counts]
    weight = list(counts.values())
    pairs, places = collections.Counter(), collections.defaultdict(set)
    for at, parts in enumerate(words):
        for pair in zip(parts, parts[1:]):
            pairs[pair] += weight[at]
            places[pair].add(at)
    queue = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(queue)
    merges = []
    while queue and 256 + len(merges) + len(SPECIAL) < size:
        count, pair = heapq.heappop(queue)
        if pairs[pair] != -count:  # it has become rarer since
            if pairs[pair] > 0:
                heapq.heappush(queue, (-pairs[pair], pair))
            continue
        if -count < 2:
            break
        merges.append(pair)
        changed = set()
        for at in sorted(places.pop(pair)):
            parts = words[at]
            for old in zip(parts, parts[1:]):
                pairs[old] -= weight[at]
            i = 0
            while i + 1 < len(parts):
                if (parts[i], parts[i + 1]) == pair:
                    parts[i:i + 2] = [pair[0] + pair[1]]
                i += 1
            for new in zip(parts, parts[1:]):
                pairs[new] += weight[at]
                places[new].add(at)
                changed.add(new)
        for new in changed:
            heapq.heappush(queue, (-pairs[new], new))
    return Vocabulary(merges)


def main():
    wanted = argparse.ArgumentParser(description="Learns a vocabulary of byte pairs from a corpus.")
    wanted.add_argument("corpus", nargs="+", help="JSON lines with `text`, `input` and `target`, or `messages`")
    wanted.add_argument("--size", type=int, default=4096, help="tokens, with 256 bytes and 103 marks")
    wanted.add_argument("--out", required=True)
    given = wanted.parse_args()
    texts = (text for row in read_rows(given.corpus) for text in row_texts(row))
    vocabulary = learn(texts, given.size)
    vocabulary.save(given.out)
    print(f"{len(vocabulary)} tokens, {len(vocabulary.merges)} of them learned")


if __name__ == "__main__":
    main()
