"""The training loop: LoRA on the upper layers, over cached states of the lower ones.

Every random choice comes from a generator seeded by (seed, purpose), so a run repeats to the bit
on the same machine and library.
"""

import itertools
import math
import time
from dataclasses import dataclass
from typing import Callable, Iterator, Sequence

import torch
import torch.nn.functional as F

from ..adapters.adapter import Adapter, SharedLora
from ..adapters.config import AdapterConfig, projection_shape
from ..hashes import sha256_hex
from ..model.base_model import BaseModel
from ..model.forward import causal_attention, logits, rms_norm, run_layers
from .example import Example
from .packing import LowerStates, common_prefix, lay_out, lower_states
from .recipe import Recipe

#: The base's word probabilities are sharpened by this temperature before an adapter is held to
#: them: where its first and second choice all but tie, keeping the tie would not keep the answer.
_GUARD_TEMPERATURE = 0.7
_WARMUP_STEPS = 5
_MAX_NORM = 1.0


@dataclass(frozen=True)
class Progress:
    """State after a step; loss is the mean over the step's answer tokens, in nats."""

    step: int
    steps: int
    epoch: int
    loss: float
    guard: float
    tokens_per_second: float


def generator(seed: int, purpose: str) -> torch.Generator:
    """Random numbers for one purpose of one run."""
    digest = sha256_hex(f"{seed}:{purpose}".encode())
    return torch.Generator().manual_seed(int(digest[:15], 16))


def train_adapter(
    model: BaseModel,
    records: Sequence[Example],
    general: Sequence[Example],
    recipe: Recipe,
    seed: int,
    report: Callable[[Progress], None],
) -> Adapter:
    """Train an adapter on `records`, held to the base on `general`; raises what `report` raises."""
    config = recipe.adapter_config()
    if recipe.replay == 0:
        general = []
    examples = [*records, *general]
    prefix = common_prefix(examples)
    states = lower_states(model, examples, prefix, config.layers[0])
    base_hidden = _base_hidden(model, examples, len(records), prefix, config, states)
    adapter = initial_adapter(model, config, seed)
    parameters = [*adapter.a.values(), *adapter.b.values()]
    optimizer = torch.optim.AdamW(
        parameters, lr=recipe.learning_rate, weight_decay=0.0, betas=(0.9, 0.99)
    )
    per_epoch = math.ceil(len(records) / recipe.batch)
    steps = per_epoch * recipe.epochs
    replay = _replay(len(records), len(general), recipe.replay, seed)
    started, tokens = time.monotonic(), 0
    for step in range(steps):
        epoch, within = divmod(step, per_epoch)
        order = torch.randperm(len(records), generator=generator(seed, f"epoch {epoch}"))
        chosen = order[within * recipe.batch : (within + 1) * recipe.batch].tolist()
        replayed = next(replay)
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * _schedule(step, steps)
        loss, guard, count = _losses(
            model, examples, chosen, replayed, prefix, config, states, base_hidden, adapter
        )
        optimizer.zero_grad(set_to_none=True)
        (loss + recipe.guard * guard).backward()
        torch.nn.utils.clip_grad_norm_(parameters, _MAX_NORM)
        optimizer.step()
        tokens += count
        report(
            Progress(
                step=step + 1,
                steps=steps,
                epoch=epoch + 1,
                loss=float(loss.detach()),
                guard=float(guard.detach()),
                tokens_per_second=tokens / (time.monotonic() - started),
            )
        )
    return Adapter(
        "",
        config,
        {key: matrix.detach() for key, matrix in adapter.a.items()},
        {key: matrix.detach() for key, matrix in adapter.b.items()},
    )


def initial_adapter(model: BaseModel, config: AdapterConfig, seed: int) -> Adapter:
    """A uniform in ±1/√in and B zero, so that training starts at the base (as PEFT does)."""
    random = generator(seed, "matrices")
    a, b = {}, {}
    for layer, name in config.blocks():
        rows, columns = projection_shape(model.config, name)
        uniform = torch.rand(config.r, columns, generator=random) * 2 - 1
        a[(layer, name)] = (uniform / math.sqrt(columns)).to(model.device).requires_grad_()
        b[(layer, name)] = torch.zeros(rows, config.r, device=model.device, requires_grad=True)
    return Adapter("", config, a, b)


def _losses(
    model: BaseModel,
    examples: Sequence[Example],
    chosen: list[int],
    replayed: list[int],
    prefix: int,
    config: AdapterConfig,
    states: LowerStates,
    base_hidden: list[torch.Tensor],
    adapter: Adapter,
) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Negative log likelihood of the records' answers, divergence on the general ones, tokens."""
    layout = lay_out([examples[index] for index in (*chosen, *replayed)], prefix, model.device)
    x = states.pack([*chosen, *replayed])
    attend = causal_attention(model.config, layout.mask)
    x = run_layers(
        model, x, layout.positions, attend, SharedLora(adapter), start=config.layers[0]
    )
    scores = logits(model, x[0, layout.predict])
    taught = int((layout.owner < len(chosen)).sum())
    loss = F.cross_entropy(scores[:taught], layout.targets[:taught])
    guard = scores.new_zeros(())
    if replayed:
        first = len(examples) - len(base_hidden)
        with torch.no_grad():
            kept = torch.cat([base_hidden[index - first] for index in replayed])
            target = (F.linear(kept, model.head) / _GUARD_TEMPERATURE).log_softmax(-1)
        guard = F.kl_div(
            scores[taught:].log_softmax(-1), target, log_target=True, reduction="sum"
        ) / (len(layout.owner) - taught)
    return loss, guard, x.shape[1]


@torch.no_grad()
def _base_hidden(
    model: BaseModel,
    examples: Sequence[Example],
    first: int,
    prefix: int,
    config: AdapterConfig,
    states: LowerStates,
    batch: int = 8,
) -> list[torch.Tensor]:
    """The base's last normed states where it predicts guard answers; logits come from them."""
    kept: list[torch.Tensor] = []
    for begin in range(first, len(examples), batch):
        chosen = list(range(begin, min(begin + batch, len(examples))))
        layout = lay_out([examples[index] for index in chosen], prefix, model.device)
        attend = causal_attention(model.config, layout.mask)
        x = run_layers(
            model, states.pack(chosen), layout.positions, attend, start=config.layers[0]
        )
        x = rms_norm(x[0, layout.predict], model.norm, model.config.norm_eps)
        kept += [x[layout.owner == index] for index in range(len(chosen))]
    return kept


def _schedule(step: int, steps: int) -> float:
    """Short linear warm-up, then linear decay to a twentieth."""
    if step < _WARMUP_STEPS:
        return (step + 1) / _WARMUP_STEPS
    return 1 - 0.95 * (step - _WARMUP_STEPS) / max(1, steps - _WARMUP_STEPS)


def _replay(first: int, count: int, per_step: int, seed: int) -> Iterator[list[int]]:
    """For each step the indices of its general examples: again and again in random orders."""

    def rounds() -> Iterator[int]:
        for round_number in itertools.count():
            random = generator(seed, f"replay {round_number}")
            for index in torch.randperm(count, generator=random).tolist():
                yield first + index

    order = rounds()
    while True:
        yield [next(order) for _ in range(per_step)] if count else []
