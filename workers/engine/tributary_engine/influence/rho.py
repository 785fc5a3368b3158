"""The base model's line: how far the base alone would have given the answer.

ρ = (P_base(answer) / P_adapter(answer))^(1/n), at most 1, over the n answer tokens: the geometric
mean of the factor by which the base alone would have said each token.
"""

import math
from dataclasses import dataclass

import torch

from ..adapters.adapter import Adapter, SharedLora
from ..model.base_model import BaseModel
from ..model.forward import causal_attention, embed, logits, run_layers


@dataclass(frozen=True)
class BaseLine:
    """Log probabilities of the answer in nats, and ρ in millionths, rounded down."""

    logprob_base: float
    logprob_adapter: float
    rho_ppm: int


@torch.no_grad()
def base_line(
    model: BaseModel,
    adapter: Adapter | None,
    prompt: list[int],
    answer: list[int],
    temperature: float = 1.0,
) -> BaseLine:
    """Both forward passes over the answer; below the first adapted layer they are one."""
    ids = torch.tensor([[*prompt, *answer]], device=model.device)
    positions = torch.arange(ids.shape[1], device=model.device)[None]
    attend = causal_attention(model.config)
    shared = model.config.layers if adapter is None else adapter.config.layers[0]
    lower = run_layers(model, embed(model, ids), positions, attend, stop=shared)

    def logprob(lora: SharedLora | None) -> float:
        x = run_layers(model, lower, positions, attend, lora, start=shared)
        scores = logits(model, x[0, len(prompt) - 1 : -1]) / temperature
        chances = scores.log_softmax(-1)
        return float(chances.gather(1, ids[0, len(prompt) :, None]).double().sum())

    base = logprob(None)
    if adapter is None:
        return BaseLine(base, base, 1_000_000)
    adapted = logprob(SharedLora(adapter))
    rho = min(1.0, math.exp((base - adapted) / len(answer)))
    return BaseLine(base, adapted, math.floor(rho * 1_000_000))
