# SPDX-License-Identifier: Apache-2.0
"""Trains a language model on a corpus, in the order of its lines.

    train.py CORPUS... --vocabulary vocabulary.json --out FOLDER --seed 1
    torchrun --nproc_per_node 8 train.py ...                              on several GPUs of a machine
    train.py ... --resume                                                 where it was interrupted
    train.py CHAT... --begin-with FOLDER --out OTHER --rate 2e-4          what it has learned is the beginning of another run

A run is its corpus, vocabulary, options and seed: on one machine, with as many threads, they give the same bytes, resumed or not.
"""
import argparse
import contextlib
import dataclasses
import math
import os
import time

import numpy
import torch
from torch import distributed
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from corpus import read_rows, row_tokens
from model import Model, Shape
from vocabulary import Vocabulary

CHECKPOINT = "checkpoint.pt"
RATE_LAST = 0.1  # of the rate, at the end of the cosine
WARM_STEPS = 0.05  # of all


# ---- the corpus ----


def encode(paths, vocabulary):
    """Tokens one after the other, and which of them are learned."""
    tokens, learned = [], []
    for row in read_rows(paths):
        pairs = row_tokens(row, vocabulary)
        tokens.append(numpy.fromiter((token for token, _ in pairs), numpy.int32, len(pairs)))
        learned.append(numpy.fromiter((is_learned for _, is_learned in pairs), bool, len(pairs)))
    if not tokens:
        raise SystemExit("the corpus is empty")
    return numpy.concatenate(tokens), numpy.concatenate(learned)


class Blocks:
    """Rows of `context` tokens and what follows each; the last is filled up with what is not learned."""

    def __init__(self, tokens, learned, context):
        self.count = max(1, math.ceil((len(tokens) - 1) / context))
        room = self.count * context + 1
        self.tokens = numpy.zeros(room, numpy.int64)
        self.learned = numpy.zeros(room, bool)
        self.tokens[:len(tokens)], self.learned[:len(tokens)] = tokens, learned
        self.context = context

    def take(self, numbers, device):
        at = (numpy.asarray(numbers) % self.count * self.context)[:, None] + numpy.arange(self.context + 1)
        rows = torch.from_numpy(self.tokens[at]).to(device)
        learned = torch.from_numpy(self.learned[at][:, 1:]).to(device)
        return rows[:, :-1], rows[:, 1:].masked_fill(~learned, -100)


def loss_of(logits, wanted, how):
    return functional.cross_entropy(logits.flatten(0, 1).float(), wanted.flatten(), ignore_index=-100, reduction=how)


# ---- what is kept ----


def save(folder, model, optimizer, step, vocabulary, options):
    state = {"shape": dataclasses.asdict(model.shape), "model": model.state_dict(), "optimizer": optimizer.state_dict(),
             "step": step, "merges": vocabulary.merges, "options": options}
    torch.save(state, os.path.join(folder, CHECKPOINT + ".new"))
    os.replace(os.path.join(folder, CHECKPOINT + ".new"), os.path.join(folder, CHECKPOINT))


def load(folder, device="cpu"):
    return torch.load(os.path.join(folder, CHECKPOINT), map_location=device)


def load_model(folder):
    state = load(folder)
    model = Model(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model.eval(), Vocabulary(state["merges"])


# ---- what it is worth ----


def unigram_loss(tokens, checked, vocabulary):
    """Of a model that knows how frequent each token is, and nothing else: the baseline."""
    counts = numpy.bincount(tokens, minlength=len(vocabulary)) + 1.0
    return float(-numpy.log(counts / counts.sum())[checked].mean())


@torch.no_grad()
def check_loss(model, blocks, rows, device, cast):
    model.eval()
    total, count = 0.0, 0
    for first in range(0, blocks.count, rows):
        given, wanted = blocks.take(range(first, min(first + rows, blocks.count)), device)
        with cast():
            total += loss_of(model(given), wanted, "sum").item()
        count += int((wanted >= 0).sum())
    model.train()
    return total / max(1, count)


# ---- training ----


def rate_at(step, given):
    warm = max(1, int(given.steps * WARM_STEPS))
    if step < warm:
        return given.rate * (step + 1) / warm
    done = (step - warm) / max(1, given.steps - warm)
    return given.rate * (RATE_LAST + (1 - RATE_LAST) * (1 + math.cos(math.pi * done)) / 2)


def optimizer_of(model, given):
    """Norms do not decay."""
    groups = [{"params": [w for w in model.parameters() if w.dim() == 2], "weight_decay": 0.1},
              {"params": [w for w in model.parameters() if w.dim() < 2], "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=given.rate, betas=(0.9, 0.95))


def step_once(model, optimizer, blocks, step, given, crew, cast):
    """Each of the crew takes its share of the rows of this step, and a few of them at a time."""
    rank, crew_size, device = crew
    for group in optimizer.param_groups:
        group["lr"] = rate_at(step, given)
    total = 0.0
    for part in range(given.accumulate):
        first = ((step * given.accumulate + part) * crew_size + rank) * given.rows
        rows, wanted = blocks.take(range(first, first + given.rows), device)
        is_last = part + 1 == given.accumulate
        wait = contextlib.nullcontext() if is_last or crew_size == 1 else model.no_sync()
        with wait, cast():
            loss = loss_of(model(rows), wanted, "sum") / max(1, int((wanted >= 0).sum())) / given.accumulate
            loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return total


def join_crew():
    """As torchrun started it: (which one, of how many, its device)."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    rank, local = int(os.environ.get("RANK", "0")), int(os.environ.get("LOCAL_RANK", "0"))
    is_gpu = torch.cuda.is_available()
    if size > 1:
        distributed.init_process_group("nccl" if is_gpu else "gloo")
    return rank, size, torch.device("cuda", local) if is_gpu else torch.device("cpu")


def casting(device):
    """Products in bfloat16 where the GPU has it; the weights stay whole."""
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        return lambda: torch.autocast("cuda", dtype=torch.bfloat16)
    return contextlib.nullcontext


def same_merges(state, vocabulary):
    return [tuple(pair) for pair in state["merges"]] == vocabulary.merges


def start(given, vocabulary, device):
    shape = Shape(tokens=len(vocabulary), context=given.context, width=given.width, layers=given.layers, heads=given.heads,
                  inner=given.inner)
    torch.manual_seed(given.seed)
    model = Model(shape).to(device)
    optimizer = optimizer_of(model, given)
    options = {name: value for name, value in vars(given).items() if name not in ("out", "resume", "until", "save_every")}
    if given.begin_with:
        before = load(given.begin_with, device)
        if before["shape"] != dataclasses.asdict(shape) or not same_merges(before, vocabulary):
            raise SystemExit(f"{given.begin_with}: a model of another shape or vocabulary")
        model.load_state_dict(before["model"])
    if not given.resume:
        return model, optimizer, 0, options
    state = load(given.out, device)
    changed = [name for name in options if state["options"].get(name) != options[name]]
    if changed or not same_merges(state, vocabulary):
        raise SystemExit(f"what is resumed had other options: {', '.join(changed) or 'the vocabulary'}")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return model, optimizer, state["step"], options


def train(given):
    vocabulary = Vocabulary.load(given.vocabulary)
    crew = rank, crew_size, device = join_crew()
    cast = casting(device)
    tokens, learned = encode(given.corpus, vocabulary)
    blocks = Blocks(tokens, learned, given.context)
    a_step = given.rows * given.accumulate * crew_size
    given.steps = given.steps or max(1, math.ceil(given.epochs * blocks.count / a_step))
    model, optimizer, step, options = start(given, vocabulary, device)
    is_first = rank == 0
    if is_first:
        os.makedirs(given.out, exist_ok=True)
        print(f"{sum(w.numel() for w in model.parameters()) / 1e6:.2f} million numbers, {len(tokens)} tokens in {blocks.count} rows, "
              f"{given.steps} steps of {a_step} rows on {crew_size} x {device.type}", flush=True)
    crewed = DistributedDataParallel(model) if crew_size > 1 else model
    began, since, fresh = time.monotonic(), step, []
    last = min(given.steps, given.until or given.steps)
    while step < last:
        fresh.append(step_once(crewed, optimizer, blocks, step, given, crew, cast))
        step += 1
        if is_first and (step % given.tell_every == 0 or step == last):
            speed = (step - since) * a_step * given.context / (time.monotonic() - began)
            print(f"step {step}: loss {sum(fresh) / len(fresh):.4f}, {speed:.0f} tokens/s", flush=True)
            fresh = []
        if is_first and (step == last or given.save_every and step % given.save_every == 0):
            save(given.out, model, optimizer, step, vocabulary, options)
    if is_first and given.check:
        checked, _ = held = encode(given.check, vocabulary)
        loss = check_loss(model, Blocks(*held, given.context), given.rows, device, cast)
        print(f"held back: loss {loss:.4f} a token; by the frequency of tokens alone {unigram_loss(tokens, checked, vocabulary):.4f}")
    if crew_size > 1:
        distributed.destroy_process_group()


def main():
    wanted = argparse.ArgumentParser(description="Trains a language model on a corpus, in the order of its lines.")
    wanted.add_argument("corpus", nargs="+", help="JSON lines, as corpus.py reads them")
    wanted.add_argument("--vocabulary", required=True)
    wanted.add_argument("--out", required=True, help="a folder for the checkpoint")
    wanted.add_argument("--check", nargs="+", help="JSON lines that are held back, and scored at the end")
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--epochs", type=float, default=1.0)
    wanted.add_argument("--steps", type=int, help="instead of epochs")
    wanted.add_argument("--until", type=int, help="stops there, to be resumed")
    wanted.add_argument("--rows", type=int, default=8, help="at once, on each device")
    wanted.add_argument("--accumulate", type=int, default=1, help="as many times before a step")
    wanted.add_argument("--rate", type=float, default=2e-3)
    wanted.add_argument("--context", type=int, default=256)
    wanted.add_argument("--width", type=int, default=192)
    wanted.add_argument("--layers", type=int, default=4)
    wanted.add_argument("--heads", type=int, default=6)
    wanted.add_argument("--inner", type=int, default=512)
    wanted.add_argument("--threads", type=int, default=1, help="of the processor")
    wanted.add_argument("--tell-every", type=int, default=20)
    wanted.add_argument("--save-every", type=int, help="steps; it is saved at the end anyway")
    wanted.add_argument("--resume", action="store_true", help="the same run, from its checkpoint in --out")
    wanted.add_argument("--begin-with", help="the folder of another run, whose weights are the first")
    given = wanted.parse_args()
    torch.set_num_threads(given.threads)
    torch.use_deterministic_algorithms(True)
    train(given)


if __name__ == "__main__":
    main()
