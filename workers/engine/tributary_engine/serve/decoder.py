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
        self._prompt: list[int] = []
        self._prompt_adapter: Adapter | None = None
        self.capacity = capacity

    @property
    def live(self) -> int:
        """Rows that take part in steps."""
        return len(self._adapters)

    def begin(self, ids: list[int], adapter: Adapter | None) -> int:
        """Take `ids` as the next prompt; returns how many of its first tokens need not be run.

        The spare row still holds the prompt before it: what both begin with (a chat template's
        system text, say) has the same keys and values, if the adapter is the same.
        """
        known = 0
        if self._prompt_adapter is adapter:
            most = min(len(self._prompt), len(ids) - 1)
            while known < most and self._prompt[known] == ids[known]:
                known += 1
        self._prompt, self._prompt_adapter = ids[:known], adapter
        self._cache.lengths[self.capacity] = known
        return known

    @torch.no_grad()
    def prefill(self, ids: list[int]) -> torch.Tensor:
        """Run the next tokens of the begun prompt; logits [vocab] after the last of them."""
        row, device = self.capacity, self._model.device
        start = self._cache.lengths[row]
        positions = torch.arange(start, start + len(ids), device=device)[None]
        x = embed(self._model, torch.tensor([ids], device=device))
        lora = SharedLora(self._prompt_adapter) if self._prompt_adapter is not None else None
        x = run_layers(self._model, x, positions, self._cache.prefill(row, len(ids)), lora)
        self._prompt = self._prompt + ids
        return logits(self._model, x[0, -1])

    def join(self) -> None:
        """The sequence in the spare row takes part in steps from now on, as row `live`."""
        self._cache.move(self.capacity, self.live)
        self._adapters.append(self._prompt_adapter)
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
