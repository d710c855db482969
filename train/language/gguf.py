# SPDX-License-Identifier: Apache-2.0
"""Writes a model as GGUF, version 3 (github.com/ggml-org/ggml/blob/master/docs/gguf.md).

    gguf.py CHECKPOINT --out model.gguf [--half]
"""
import argparse
import struct

import torch

from marks import END, SPECIAL, TURN_BEGIN, TURN_END
from train import load_model


ALIGNMENT = 32
U32, I32, F32, BOOL, TEXT, ARRAY = 4, 5, 6, 7, 8, 9
NORMAL, CONTROL = 1, 3  # kinds of tokens
WHOLE, HALF = 0, 1  # kinds of numbers

TEMPLATE = ("{% for message in messages %}{{ '" + TURN_BEGIN + "' + message['role'] + '\\n' + message['content'] + '" + TURN_END +
            "' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '" + TURN_BEGIN + "assistant\\n' }}{% endif %}")


def text(value):
    value = value.encode()
    return struct.pack("<Q", len(value)) + value


def pack(kind, value):
    return text(value) if kind == TEXT else struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind], value)


def entry(name, kind, value):
    return text(name) + struct.pack("<I", kind) + pack(kind, value)


def entries(name, kind, values):
    return text(name) + struct.pack("<IIQ", ARRAY, kind, len(values)) + b"".join(pack(kind, value) for value in values)


def keys(name, shape, vocabulary):
    plain = len(vocabulary) - len(SPECIAL)
    end = vocabulary.number[END]
    return [
        entry("general.architecture", TEXT, "llama"),
        entry("general.name", TEXT, name),
        entry("general.alignment", U32, ALIGNMENT),
        entry("llama.context_length", U32, shape.context),
        entry("llama.embedding_length", U32, shape.width),
        entry("llama.block_count", U32, shape.layers),
        entry("llama.feed_forward_length", U32, shape.inner),
        entry("llama.attention.head_count", U32, shape.heads),
        entry("llama.attention.layer_norm_rms_epsilon", F32, shape.epsilon),
        entry("llama.rope.dimension_count", U32, shape.width // shape.heads),
        entry("llama.rope.freq_base", F32, shape.turns),
        entry("llama.vocab_size", U32, len(vocabulary)),
        entry("tokenizer.ggml.model", TEXT, "gpt2"),
        entry("tokenizer.ggml.pre", TEXT, "smollm"),
        entries("tokenizer.ggml.tokens", TEXT, vocabulary.tokens),
        entries("tokenizer.ggml.token_type", I32, [NORMAL] * plain + [CONTROL] * len(SPECIAL)),
        entries("tokenizer.ggml.merges", TEXT, [" ".join(pair) for pair in vocabulary.merges]),
        entry("tokenizer.ggml.bos_token_id", U32, end),
        entry("tokenizer.ggml.eos_token_id", U32, end),
        entry("tokenizer.ggml.eot_token_id", U32, vocabulary.number[TURN_END]),
        entry("tokenizer.ggml.add_bos_token", BOOL, False),
        entry("tokenizer.chat_template", TEXT, TEMPLATE),
    ]


def write(path, name, model, vocabulary, is_half=False):
    """Matrices may be halves; norms are always whole."""
    table, numbers, offset = [], [], 0
    for weight, tensor in model.state_dict().items():
        array = tensor.detach().to("cpu", torch.float32).numpy()
        kind = HALF if is_half and array.ndim == 2 else WHOLE
        data = array.astype("<f2" if kind == HALF else "<f4").tobytes()
        sizes = array.shape[::-1]  # columns first
        table.append(text(weight) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, kind, offset))
        numbers.append(data + b"\0" * (-len(data) % ALIGNMENT))
        offset += len(numbers[-1])
    known = keys(name, model.shape, vocabulary)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(table), len(known)) + b"".join(known) + b"".join(table)
    with open(path, "wb") as file:
        file.write(head + b"\0" * (-len(head) % ALIGNMENT))
        file.writelines(numbers)
    return len(head) + offset


def main():
    wanted = argparse.ArgumentParser(description="Writes a checkpoint as GGUF.")
    wanted.add_argument("checkpoint")
    wanted.add_argument("--out", required=True)
    wanted.add_argument("--name", default="warroom")
    wanted.add_argument("--half", action="store_true", help="matrices in 16 bits")
    given = wanted.parse_args()
    model, vocabulary = load_model(given.checkpoint)
    size = write(given.out, given.name, model, vocabulary, given.half)
    print(f"{given.out}: {size} bytes, {sum(w.numel() for w in model.parameters())} numbers")


if __name__ == "__main__":
    main()
