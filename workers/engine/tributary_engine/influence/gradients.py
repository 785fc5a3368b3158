"""Gradients of single examples with respect to the LoRA matrices, many examples in one pass.

For a projection with input x, h = x Aᵀ and output y = s h Bᵀ, an example's gradients are sums over
its own tokens: dA = (∂L/∂h)ᵀ x and dB = (∂L/∂y)ᵀ s h. So one forward and backward pass of a packed
batch gives them all, where automatic differentiation would give only their sum.
"""

from typing import Callable, Sequence

import torch
import torch.nn.functional as F

from ..adapters.adapter import Adapter
from ..model.base_model import BaseModel
from ..model.forward import causal_attention, logits, run_layers
from ..train.example import Example
from ..train.packing import lay_out, lower_states

#: (layer, projection, "A" or "B"): one LoRA matrix.
Block = tuple[int, str, str]

_BATCH = 8


class _RecordingLora:
    """Applies an adapter and hands over, on the way back, what its gradients consist of."""

    def __init__(
        self, adapter: Adapter, receive: Callable[[Block, torch.Tensor, torch.Tensor], None]
    ) -> None:
        self._adapter, self._receive = adapter, receive

    def delta(self, layer: int, module: str, x: torch.Tensor) -> torch.Tensor | None:
        a = self._adapter.a.get((layer, module))
        if a is None:
            return None
        receive = self._receive
        h = x @ a.T
        scaled = h * self._adapter.config.scale
        y = scaled @ self._adapter.b[(layer, module)].T
        seen, inner = x.detach()[0], scaled.detach()[0]
        h.register_hook(lambda grad: receive((layer, module, "A"), grad[0], seen))
        y.register_hook(lambda grad: receive((layer, module, "B"), grad[0], inner))
        return y


def example_gradients(
    model: BaseModel,
    adapter: Adapter,
    examples: Sequence[Example],
    receive: Callable[[Block, int, torch.Tensor], None],
) -> None:
    """Gradient of each example's answer likelihood (−log p, summed over its tokens).

    receive(block, first, matrices) gets matrices [count, rows, columns] of examples first, first +
    1, …; it is called once per block and batch. Examples must be given in an order that the caller
    can find again.
    """
    for begin in range(0, len(examples), _BATCH):
        some = examples[begin : begin + _BATCH]
        _batch_gradients(
            model, adapter, some, lambda block, matrices: receive(block, begin, matrices)
        )


def _batch_gradients(
    model: BaseModel,
    adapter: Adapter,
    examples: Sequence[Example],
    receive: Callable[[Block, torch.Tensor], None],
) -> None:
    first_layer = adapter.config.layers[0]
    states = lower_states(model, examples, 0, first_layer)
    layout = lay_out(examples, 0, model.device)
    ends = [*layout.starts[1:], layout.positions.shape[1]]

    def split(block: Block, grad: torch.Tensor, seen: torch.Tensor) -> None:
        parts = [
            grad[start:end].T @ seen[start:end] for start, end in zip(layout.starts, ends)
        ]
        receive(block, torch.stack(parts))

    x = states.pack(range(len(examples))).requires_grad_()
    attend = causal_attention(model.config, layout.mask)
    x = run_layers(
        model, x, layout.positions, attend, _RecordingLora(adapter, split), start=first_layer
    )
    scores = logits(model, x[0, layout.predict])
    F.cross_entropy(scores, layout.targets, reduction="sum").backward()
