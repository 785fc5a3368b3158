"""Choice of the next token of one row."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Sampling:
    """temperature 0 takes the likeliest token; top_p keeps the smallest set of that mass."""

    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0


class Sampler:
    """Draws from its own seeded generator: neighbours in the batch change nothing."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._generator = torch.Generator().manual_seed(sampling.seed % 2**63)

    def pick(self, logits: torch.Tensor) -> int:
        """A token id for logits [vocab]."""
        if self._sampling.temperature <= 0:
            return int(logits.argmax())
        # Drawn on the CPU in double precision, so that the same seed means the same text anywhere.
        chances = (logits.double().cpu() / self._sampling.temperature).softmax(-1)
        ordered, order = chances.sort(descending=True, stable=True)
        if self._sampling.top_p < 1:
            before = ordered.cumsum(0) - ordered
            ordered = torch.where(before < self._sampling.top_p, ordered, 0.0)
        return int(order[torch.multinomial(ordered, 1, generator=self._generator)])
