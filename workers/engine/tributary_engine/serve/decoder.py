"""Prefill and decode steps over a key-value cache: what both serving and replay are made of."""

import torch

from ..adapters.adapter import Adapter, GatheredLora, SharedLora
from ..model.base_model import BaseModel
from ..model.forward import Lora, embed, logits, run_layers
from .kv_cache import KvCache


def lora_for(rows: list[Adapter | None]) -> Lora | None:
    """The cheapest way to apply the rows' adapters: none, one for all, or gathered."""
    if all(adapter is None for adapter in rows):
        return None
    first = rows[0]
    if first is not None and all(adapter is first for adapter in rows):
        return SharedLora(first)
    return GatheredLora(rows)


class Decoder:
    """A batch of up to `capacity` sequences; a spare row takes the prompt of the next one."""

    def __init__(self, model: BaseModel, capacity: int) -> None:
        self._model = model
        self._cache = KvCache(model.config, capacity + 1, model.device)
        self._adapters: list[Adapter | None] = []
        self._lora: Lora | None = None
        self.capacity = capacity

    @property
    def live(self) -> int:
        """Rows that take part in steps."""
        return len(self._adapters)

    @torch.no_grad()
    def prefill(self, ids: list[int], adapter: Adapter | None, first: bool) -> torch.Tensor:
        """Run prompt tokens through the spare row; logits [vocab] after the last of them.

        A long prompt may come in several calls, `first` on the first of them.
        """
        row, device = self.capacity, self._model.device
        if first:
            self._cache.lengths[row] = 0
        start = self._cache.lengths[row]
        positions = torch.arange(start, start + len(ids), device=device)[None]
        x = embed(self._model, torch.tensor([ids], device=device))
        lora = SharedLora(adapter) if adapter is not None else None
        x = run_layers(self._model, x, positions, self._cache.prefill(row, len(ids)), lora)
        return logits(self._model, x[0, -1])

    def join(self, adapter: Adapter | None) -> None:
        """The sequence in the spare row takes part in steps from now on, as row `live`."""
        self._cache.move(self.capacity, self.live)
        self._adapters.append(adapter)
        self._lora = lora_for(self._adapters)

    @torch.no_grad()
    def step(self, tokens: list[int]) -> torch.Tensor:
        """One further token for every live row; logits [live, vocab] of the next."""
        device = self._model.device
        positions = torch.tensor(self._cache.lengths[: self.live], device=device)[:, None]
        x = embed(self._model, torch.tensor(tokens, device=device)[:, None])
        x = run_layers(self._model, x, positions, self._cache.decode(self.live), self._lora)
        return logits(self._model, x[:, 0])

    def remove(self, row: int) -> None:
        """End a row; the last live row takes its place."""
        last = self.live - 1
        if row != last:
            self._cache.move(last, row)
            self._adapters[row] = self._adapters[last]
        self._adapters.pop()
        self._lora = lora_for(self._adapters) if self._adapters else None
