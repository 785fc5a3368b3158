"""A LoRA adapter in memory (Hu et al., arXiv 2106.09685)."""

from dataclasses import dataclass

import torch

from .config import AdapterConfig


@dataclass(frozen=True, eq=False)
class Adapter:
    """Matrices A [r, in] and B [out, r] per adapted (layer, projection); known by its hash."""

    hash: str
    config: AdapterConfig
    a: dict[tuple[int, str], torch.Tensor]
    b: dict[tuple[int, str], torch.Tensor]

    @property
    def bytes(self) -> int:
        """Memory that the matrices take."""
        tensors = [*self.a.values(), *self.b.values()]
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


class SharedLora:
    """One adapter for every row of the batch: two thin products beside the frozen one."""

    def __init__(self, adapter: Adapter) -> None:
        self._a, self._b, self._scale = adapter.a, adapter.b, adapter.config.scale

    def delta(self, layer: int, module: str, x: torch.Tensor) -> torch.Tensor | None:
        a = self._a.get((layer, module))
        if a is None:
            return None
        # Scaled where it is thin: the outputs are many times as wide as the rank.
        return ((x @ a.T) * self._scale) @ self._b[(layer, module)].T


class GatheredLora:
    """An adapter of its own, or none, for each row: batched products over gathered matrices.

    Gathering costs copies, so keep the object while the rows stay the same. Rows without an
    adapter (and ranks below the largest) hold zeros, which add exactly nothing.
    """

    def __init__(self, rows: list[Adapter | None]) -> None:
        present = [adapter for adapter in rows if adapter is not None]
        rank = max(adapter.config.r for adapter in present)
        self._gathered: dict[tuple[int, str], tuple[torch.Tensor, torch.Tensor]] = {}
        for key in sorted({key for adapter in present for key in adapter.a}):
            example = next(adapter for adapter in present if key in adapter.a)
            a = example.a[key].new_zeros(len(rows), example.a[key].shape[1], rank)
            b = example.b[key].new_zeros(len(rows), rank, example.b[key].shape[0])
            for index, adapter in enumerate(rows):
                if adapter is not None and key in adapter.a:
                    a[index, :, : adapter.config.r] = adapter.a[key].T
                    b[index, : adapter.config.r] = adapter.b[key].T * adapter.config.scale
            self._gathered[key] = (a, b)

    def delta(self, layer: int, module: str, x: torch.Tensor) -> torch.Tensor | None:
        pair = self._gathered.get((layer, module))
        return None if pair is None else torch.bmm(torch.bmm(x, pair[0]), pair[1])
