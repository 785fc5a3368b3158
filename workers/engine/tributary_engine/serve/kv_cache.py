"""Keys and values of the running requests, one row each, in tensors that grow when needed."""

import torch
import torch.nn.functional as F

from ..model.config import LlamaConfig
from ..model.forward import Attend, widen

_GROW = 128


class KvCache:
    """Rows 0..used-1 are in use. Rows have their own lengths; the tensors fit the longest."""

    def __init__(self, config: LlamaConfig, rows: int, device: torch.device) -> None:
        self._config, self._rows, self._device = config, rows, device
        self._room = 0
        self._keys: list[torch.Tensor] = []
        self._values: list[torch.Tensor] = []
        self.lengths = [0] * rows

    def reserve(self, length: int) -> None:
        """Make room for rows of `length` tokens."""
        if length <= self._room:
            return
        room = min(-(-max(length, self._room * 3 // 2) // _GROW) * _GROW, self._config.context)
        shape = (self._rows, self._config.kv_heads, room, self._config.head_dim)
        for store in (self._keys, self._values):
            grown = []
            for layer in range(self._config.layers):
                tensor = torch.zeros(shape, device=self._device)
                if self._room:
                    tensor[:, :, : self._room] = store[layer]
                grown.append(tensor)
            store[:] = grown
        self._room = room

    def move(self, source: int, target: int) -> None:
        """Copy a row into a freed one, so that the rows in use stay together."""
        length = self.lengths[source]
        for tensor in (*self._keys, *self._values):
            tensor[target, :, :length] = tensor[source, :, :length]
        self.lengths[target] = length

    def prefill(self, row: int, count: int) -> Attend:
        """Attention for `count` further tokens of one row (B = 1)."""
        past = self.lengths[row]
        total = past + count
        self.reserve(total)
        mask = torch.ones(count, total, dtype=torch.bool, device=self._device).tril(past)

        def attend(layer: int, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
            keys, values = self._keys[layer], self._values[layer]
            keys[row, :, past:total] = k[0]
            values[row, :, past:total] = v[0]
            return F.scaled_dot_product_attention(
                q,
                widen(self._config, keys[row : row + 1, :, :total]),
                widen(self._config, values[row : row + 1, :, :total]),
                attn_mask=mask,
            )

        self.lengths[row] = total
        return attend

    def decode(self, rows: int) -> Attend:
        """Attention for one further token of each of the first `rows` rows (n = 1)."""
        at = torch.tensor(self.lengths[:rows], device=self._device)
        longest = max(self.lengths[:rows]) + 1
        self.reserve(longest)
        index = torch.arange(rows, device=self._device)
        mask = (torch.arange(longest, device=self._device)[None] <= at[:, None])[:, None, None]
        group = self._config.heads // self._config.kv_heads

        def attend(layer: int, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
            keys, values = self._keys[layer], self._values[layer]
            keys[index, :, at] = k[:, :, 0]
            values[index, :, at] = v[:, :, 0]
            # The query heads of a group stand in for positions: no key is copied.
            grouped = q.view(rows, self._config.kv_heads, group, self._config.head_dim)
            mixed = F.scaled_dot_product_attention(
                grouped, keys[:rows, :, :longest], values[:rows, :, :longest], attn_mask=mask
            )
            return mixed.reshape(q.shape)

        for row in range(rows):
            self.lengths[row] += 1
        return attend
