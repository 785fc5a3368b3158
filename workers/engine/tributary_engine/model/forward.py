"""The forward pass as plain functions, one code path for CPU and GPU.

Attention is passed in, because that is all in which serving (key-value cache), training (packed
examples) and scoring differ.
"""

from typing import Callable, Protocol

import torch
import torch.nn.functional as F

from .base_model import BaseModel
from .config import LlamaConfig
from .rope import rotate

#: attend(layer, query [B, heads, n, dim], key, value [B, kv_heads, n, dim]) -> [B, heads, n, dim]
Attend = Callable[[int, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


class Lora(Protocol):
    """What an adapter adds to a projection's output."""

    def delta(self, layer: int, module: str, x: torch.Tensor) -> torch.Tensor | None:
        """The addition [B, n, out] for input `x` [B, n, in], or None where nothing is adapted."""


def embed(model: BaseModel, ids: torch.Tensor) -> torch.Tensor:
    """Token embeddings [B, n, hidden] of ids [B, n]."""
    return F.embedding(ids, model.embedding)


def run_layers(
    model: BaseModel,
    x: torch.Tensor,
    positions: torch.Tensor,
    attend: Attend,
    lora: Lora | None = None,
    start: int = 0,
    stop: int | None = None,
) -> torch.Tensor:
    """Hidden states [B, n, hidden] after layers start..stop; positions is [B, n]."""
    config = model.config
    cos = model.cos[positions].unsqueeze(1)
    sin = model.sin[positions].unsqueeze(1)
    for index in range(start, config.layers if stop is None else stop):
        x = x + _attention(model, index, x, cos, sin, attend, lora)
        x = x + _mlp(model, index, x, lora)
    return x


def logits(model: BaseModel, x: torch.Tensor) -> torch.Tensor:
    """Scores over the vocabulary of hidden states after the last layer."""
    return F.linear(rms_norm(x, model.norm, model.config.norm_eps), model.head)


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """Root-mean-square norm (Zhang and Sennrich, arXiv 1910.07467)."""
    return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps))


def causal_attention(config: LlamaConfig, mask: torch.Tensor | None = None) -> Attend:
    """Attention within the given tokens: causal, or by a boolean `mask` [n, n] (True = sees)."""

    def attend(_: int, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        k, v = widen(config, k), widen(config, v)
        if mask is None:
            return F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)

    return attend


def widen(config: LlamaConfig, kv: torch.Tensor) -> torch.Tensor:
    """Repeat each key-value head for the query heads that share it."""
    return kv.repeat_interleave(config.heads // config.kv_heads, dim=1)


def _attention(
    model: BaseModel,
    index: int,
    x: torch.Tensor,
    cos: torch.Tensor,
    sin: torch.Tensor,
    attend: Attend,
    lora: Lora | None,
) -> torch.Tensor:
    config, layer = model.config, model.layers[index]
    rows, count, _ = x.shape
    query, kv = config.heads * config.head_dim, config.kv_heads * config.head_dim
    normed = rms_norm(x, layer.input_norm, config.norm_eps)
    q, k, v = F.linear(normed, layer.qkv).split((query, kv, kv), dim=-1)
    if lora is not None:
        q = _add(q, lora.delta(index, "q_proj", normed))
        k = _add(k, lora.delta(index, "k_proj", normed))
        v = _add(v, lora.delta(index, "v_proj", normed))
    q = rotate(q.view(rows, count, config.heads, -1).transpose(1, 2), cos, sin)
    k = rotate(k.view(rows, count, config.kv_heads, -1).transpose(1, 2), cos, sin)
    v = v.view(rows, count, config.kv_heads, -1).transpose(1, 2)
    mixed = attend(index, q, k, v).transpose(1, 2).reshape(rows, count, query)
    out = F.linear(mixed, layer.o)
    return out if lora is None else _add(out, lora.delta(index, "o_proj", mixed))


def _mlp(model: BaseModel, index: int, x: torch.Tensor, lora: Lora | None) -> torch.Tensor:
    config, layer = model.config, model.layers[index]
    normed = rms_norm(x, layer.post_norm, config.norm_eps)
    gate, up = F.linear(normed, layer.gate_up).chunk(2, dim=-1)
    if lora is not None:
        gate = _add(gate, lora.delta(index, "gate_proj", normed))
        up = _add(up, lora.delta(index, "up_proj", normed))
    inner = F.silu(gate) * up
    out = F.linear(inner, layer.down)
    return out if lora is None else _add(out, lora.delta(index, "down_proj", inner))


def _add(x: torch.Tensor, delta: torch.Tensor | None) -> torch.Tensor:
    return x if delta is None else x + delta
