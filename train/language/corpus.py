# SPDX-License-Identifier: Apache-2.0
"""Rows of a corpus: JSON lines, as `warroom train corpus` and `warroom train sft` write them.

    {"text": "..."}                                        all of it is learned
    {"input": "...", "target": "..."}                      the target is, behind the input
    {"messages": [{"role": "user", "content": "..."}, ...]}  what the assistant says is
"""
import json

from marks import BLANK, END, TURN_BEGIN, TURN_END


def read_rows(paths):
    """In the order of the files and of their lines: that order is the curriculum."""
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except ValueError as wrong:
                    raise SystemExit(f"{path}:{number}: no JSON: {wrong}") from None
                if not isinstance(row, dict) or not row_kind(row):
                    raise SystemExit(f"{path}:{number}: `text`, `input` and `target`, or `messages` is wanted")
                yield row


def row_kind(row):
    for kind, fields in {"text": ["text"], "target": ["input", "target"], "messages": ["messages"]}.items():
        if all(field in row for field in fields):
            return kind
    return None


def row_texts(row):
    kind = row_kind(row)
    if kind == "messages":
        return [message["content"] for message in row["messages"]]
    return [row["text"]] if kind == "text" else [row["input"], row["target"]]


def row_tokens(row, vocabulary):
    """Pairs of a token and whether it is learned."""
    kind = row_kind(row)
    end = vocabulary.number[END]
    if kind == "text":
        return [(token, True) for token in [*vocabulary.encode(row["text"]), end]]
    if kind == "target":
        return ([(token, False) for token in vocabulary.encode_marked(row["input"], BLANK)] +
                [(token, True) for token in [*vocabulary.encode_marked(row["target"], BLANK), end]])
    begin, over = vocabulary.number[TURN_BEGIN], vocabulary.number[TURN_END]
    tokens = []
    for message in row["messages"]:
        is_learned = message["role"] == "assistant"
        tokens += [(begin, False)] + [(token, False) for token in vocabulary.encode(message["role"] + "\n")]
        tokens += [(token, is_learned) for token in [*vocabulary.encode(message["content"]), over]]
        tokens += [(token, False) for token in vocabulary.encode("\n")]
    return tokens + [(end, False)]
