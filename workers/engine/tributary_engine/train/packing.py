"""Several examples as one sequence: their common beginning once, then each one's own tokens.

Chat examples all begin with the template's system text. In a packed batch it is computed once,
every example sees it and itself but no other, and nothing is padded. The mathematics are those of
separate sequences.
"""

from dataclasses import dataclass
from typing import Sequence

import torch

from ..model.base_model import BaseModel
from ..model.forward import causal_attention, embed, run_layers
from .example import Example


def common_prefix(examples: Sequence[Example]) -> int:
    """How many first tokens all prompts share, leaving each at least one token of its own."""
    if not examples:
        return 0
    first = examples[0].prompt
    length = min(len(example.prompt) for example in examples) - 1
    for example in examples:
        while length > 0 and example.prompt[:length] != first[:length]:
            length -= 1
    return max(0, length)


@dataclass(frozen=True)
class Layout:
    """Where everything lies in a packed sequence.

    starts: first index of each example's own tokens; predict: indices whose output predicts an
    answer token; targets: those answer tokens; owner: which example each of them belongs to.
    """

    positions: torch.Tensor
    mask: torch.Tensor
    starts: list[int]
    predict: torch.Tensor
    targets: torch.Tensor
    owner: torch.Tensor


def lay_out(examples: Sequence[Example], prefix: int, device: torch.device) -> Layout:
    """Plan the packed sequence of `examples` after a common prefix of that many tokens."""
    owners = [-1] * prefix
    positions = list(range(prefix))
    starts, predict, targets, owner = [], [], [], []
    for index, example in enumerate(examples):
        start = len(owners)
        own = len(example.ids) - prefix
        starts.append(start)
        owners += [index] * own
        positions += range(prefix, prefix + own)
        first = start + len(example.prompt) - prefix - 1
        predict += range(first, first + len(example.answer))
        targets += example.answer
        owner += [index] * len(example.answer)
    of = torch.tensor(owners, device=device)
    at = torch.arange(len(owners), device=device)
    mask = (at[:, None] >= at[None, :]) & ((of[None, :] == -1) | (of[:, None] == of[None, :]))
    return Layout(
        positions=torch.tensor([positions], device=device),
        mask=mask,
        starts=starts,
        predict=torch.tensor(predict, device=device),
        targets=torch.tensor(targets, device=device),
        owner=torch.tensor(owner, device=device),
    )


def pack_ids(examples: Sequence[Example], prefix: int) -> list[int]:
    """Tokens of the packed sequence."""
    ids = list(examples[0].ids[:prefix])
    for example in examples:
        ids += example.ids[prefix:]
    return ids


@dataclass(frozen=True)
class LowerStates:
    """Hidden states below the first adapted layer: they never change while an adapter trains."""

    prefix: torch.Tensor
    own: list[torch.Tensor]

    def pack(self, chosen: Sequence[int]) -> torch.Tensor:
        """Input [1, n, hidden] of the adapted layers for the chosen examples."""
        return torch.cat([self.prefix, *(self.own[index] for index in chosen)])[None]


@torch.no_grad()
def lower_states(
    model: BaseModel, examples: Sequence[Example], prefix: int, first_layer: int, batch: int = 8
) -> LowerStates:
    """Run every example through the layers below `first_layer` once."""
    common: torch.Tensor | None = None
    own: list[torch.Tensor] = []
    for begin in range(0, len(examples), batch):
        some = examples[begin : begin + batch]
        layout = lay_out(some, prefix, model.device)
        x = embed(model, torch.tensor([pack_ids(some, prefix)], device=model.device))
        attend = causal_attention(model.config, layout.mask)
        x = run_layers(model, x, layout.positions, attend, stop=first_layer)[0]
        if common is None:
            common = x[:prefix].clone()
        ends = [*layout.starts[1:], x.shape[0]]
        own += [x[start:end].clone() for start, end in zip(layout.starts, ends)]
    assert common is not None
    return LowerStates(common, own)
