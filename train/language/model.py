# SPDX-License-Identifier: Apache-2.0
"""A transformer of the llama family (H. Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023): root mean
square norms (B. Zhang, R. Sennrich, 2019), rotary positions (J. Su et al., "RoFormer", 2021; neighbours turn together, which is
what llama.cpp wants of this family), gated units (N. Shazeer, "GLU Variants Improve Transformer", 2020). The embedding is also the
output. The names of the weights are those of GGUF.
"""
import dataclasses

import torch
from torch import nn
from torch.nn import functional


@dataclasses.dataclass
class Shape:
    tokens: int
    context: int = 256
    width: int = 192
    layers: int = 4
    heads: int = 6
    inner: int = 512
    epsilon: float = 1e-5
    turns: float = 10000.0


class Norm(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.width))
        self.epsilon = shape.epsilon

    def forward(self, x):
        whole = x.float()
        return (whole * torch.rsqrt(whole.pow(2).mean(-1, keepdim=True) + self.epsilon)).type_as(x) * self.weight


def angles(shape):
    """Cosine and sine of how far each pair of numbers is turned at each place."""
    size = shape.width // shape.heads
    speed = shape.turns ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    angle = torch.arange(shape.context, dtype=torch.float64)[:, None] * speed
    return angle.cos().float(), angle.sin().float()


def turn(x, cosine, sine):
    left, right = x[..., 0::2], x[..., 1::2]
    return torch.stack((left * cosine - right * sine, left * sine + right * cosine), -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads = shape.heads
        self.attn_norm = Norm(shape)
        self.attn_q = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_k = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_v = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_output = nn.Linear(shape.width, shape.width, bias=False)
        self.ffn_norm = Norm(shape)
        self.ffn_gate = nn.Linear(shape.width, shape.inner, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.inner, bias=False)
        self.ffn_down = nn.Linear(shape.inner, shape.width, bias=False)

    def attend(self, x, cosine, sine):
        rows, length, width = x.shape
        query, key, value = (part(x).view(rows, length, self.heads, -1).transpose(1, 2)
                             for part in (self.attn_q, self.attn_k, self.attn_v))
        query, key = turn(query, cosine, sine), turn(key, cosine, sine)
        if hasattr(functional, "scaled_dot_product_attention"):  # torch 2
            seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        else:
            score = query @ key.transpose(-2, -1) / (width // self.heads) ** 0.5
            later = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
            seen = score.masked_fill(later, float("-inf")).softmax(-1) @ value
        return self.attn_output(seen.transpose(1, 2).reshape(rows, length, width))

    def forward(self, x, cosine, sine):
        x = x + self.attend(self.attn_norm(x), cosine, sine)
        inner = self.ffn_norm(x)
        return x + self.ffn_down(functional.silu(self.ffn_gate(inner)) * self.ffn_up(inner))


class Model(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.tokens, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape)
        cosine, sine = angles(shape)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                last = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(weight, std=0.02 / (2 * shape.layers) ** 0.5 if last else 0.02)

    def forward(self, tokens):
        """Logits of what follows each token: (rows, length, tokens)."""
        length = tokens.shape[1]
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, self.cosine[:length], self.sine[:length])
        return functional.linear(self.output_norm(x), self.token_embd.weight)
