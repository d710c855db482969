# SPDX-License-Identifier: Apache-2.0
"""Holds a GGUF file against the checkpoint that it was made of: llama.cpp has to cut texts into the same tokens, and to come to
the same numbers.

    check.py CHECKPOINT model.gguf --program build/warroom-gguf [--server http://127.0.0.1:8080]
"""
import argparse
import json
import subprocess
import urllib.request

import torch

from corpus import read_rows, row_texts
from train import load_model

DIFFERENCE_MAX = 1e-3  # of a logit: sums in another order, in 32 bits
MORE_CHARACTERS = 100

TEXTS = [
    "The pool of connections is full",
    "2026-11-22T02:00:03Z ERROR orders-1 timeout after 5000ms: can't reach 10.0.0.12:5432\n\n\tat pool.c:118  \n",
    "Ünïcode, ２３ full-width digits, ½, 日本語, naïve café — and 🙂\r\n  tail ",
    "'s 'tis we're I'll  they've\u00a0it'd ''' ... ---===+++ {\"a\": [1, 2.5e-3, null]}",
    "<|im_start|>user\nWhich change did it?<|im_end|>\n<|im_start|>assistant\n",
]


def answers(program, path, questions):
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    told = subprocess.run([program, path, "1"], input=lines, capture_output=True, text=True, check=False)
    replies = [json.loads(line) for line in told.stdout.splitlines()]
    if told.returncode != 0 or len(replies) != 1 + len(questions):
        raise SystemExit(f"{program}: {told.stdout[:500]}{told.stderr[:500]}")
    return replies[1:]


def served(server, tokens):
    """What a llama-server holds for the likeliest after these tokens: pairs of token and log-probability."""
    question = json.dumps({"prompt": tokens, "n_predict": 1, "n_probs": 20, "temperature": 0, "cache_prompt": False})
    request = urllib.request.Request(server + "/completion", question.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        told = json.load(reply)["completion_probabilities"][0]["top_logprobs"]
    return [(item["id"], item["logprob"]) for item in told]


def main():
    wanted = argparse.ArgumentParser(description="Holds a GGUF file against its checkpoint.")
    wanted.add_argument("checkpoint")
    wanted.add_argument("gguf")
    wanted.add_argument("--program", default="build/warroom-gguf")
    wanted.add_argument("--server", help="a llama-server that has the file")
    wanted.add_argument("--more", nargs="+", default=[], help="a corpus, of which beginnings are compared as well")
    wanted.add_argument("--most", type=float, default=DIFFERENCE_MAX)
    given = wanted.parse_args()
    torch.set_num_threads(1)
    model, vocabulary = load_model(given.checkpoint)
    furthest = 0.0
    texts = TEXTS + [text[:MORE_CHARACTERS] for row in read_rows(given.more) for text in row_texts(row) if text]
    for text, reply in zip(texts, answers(given.program, given.gguf, [{"read": text} for text in texts])):
        tokens = vocabulary.encode_marked(text)
        if reply.get("tokens") != tokens:
            raise SystemExit(f"{text!r}: here the tokens are {tokens}, there {reply}")
        with torch.no_grad():
            logits = model(torch.tensor([tokens]))[0, -1]
        furthest = max(furthest, (logits - torch.tensor(reply["logits"])).abs().max().item())
        if given.server:
            sure = logits.log_softmax(-1)
            furthest = max([furthest, *(abs(sure[token].item() - told) for token, told in served(given.server, tokens))])
    print(f"{len(texts)} texts: the same tokens; logits differ by {furthest:.2g} at most")
    raise SystemExit(furthest > given.most)


if __name__ == "__main__":
    main()
