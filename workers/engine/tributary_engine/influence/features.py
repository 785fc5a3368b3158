"""The gradient features of an adapter: what is kept of each training example's gradients.

Per LoRA matrix the strongest singular directions, as int8. How many: README.md has what fewer of
them cost.
"""

from dataclasses import dataclass
from typing import Sequence

import torch
from safetensors.torch import load, save

from ..adapters.adapter import Adapter
from ..errors import RequestError
from ..model.base_model import BaseModel
from ..train.example import Example
from .gradients import Block, example_gradients

#: Singular directions kept of each example, and of how many examples so many are kept.
RANK, RANK_OF_MANY, MANY = 4, 2, 256
#: recordNo of an example that no record gave (replay).
NO_RECORD = -1


@dataclass(frozen=True)
class LowRank:
    """Gradients of all examples for one block: Σ_c scale[i,c] · left[i,c] ⊗ right[i,c]."""

    left: torch.Tensor
    right: torch.Tensor
    scale: torch.Tensor

    def factors(self) -> tuple[torch.Tensor, torch.Tensor]:
        """(left [N, c, rows] with the scale in it, right [N, c, columns]) in fp32."""
        return self.left.float() * self.scale[:, :, None], self.right.float()


@dataclass(frozen=True)
class Features:
    """records[i] is the recordNo of example i, or NO_RECORD."""

    records: torch.Tensor
    blocks: dict[Block, LowRank]


def make_features(model: BaseModel, adapter: Adapter, examples: Sequence[Example]) -> Features:
    """Gradients of every example under the finished adapter, compressed as they come."""
    parts: dict[Block, list[LowRank]] = {}
    rank = RANK if len(examples) <= MANY else RANK_OF_MANY

    def receive(block: Block, _: int, matrices: torch.Tensor) -> None:
        parts.setdefault(block, []).append(compress(matrices, rank))

    example_gradients(model, adapter, examples, receive)
    records = [NO_RECORD if e.record is None else e.record for e in examples]
    blocks = {
        block: LowRank(
            torch.cat([part.left for part in some]),
            torch.cat([part.right for part in some]),
            torch.cat([part.scale for part in some]),
        )
        for block, some in parts.items()
    }
    return Features(torch.tensor(records, dtype=torch.int64), blocks)


def compress(matrices: torch.Tensor, rank: int) -> LowRank:
    """The strongest directions of each of [N, rows, columns], as int8 with one scale each."""
    tall = matrices.shape[1] > matrices.shape[2]
    wide = matrices.transpose(1, 2) if tall else matrices
    # One side is only as long as the LoRA rank, so its small Gram matrix has all that is needed.
    _, vectors = torch.linalg.eigh(wide @ wide.transpose(1, 2))
    short = vectors[:, :, -rank:].transpose(1, 2)
    long = short @ wide
    left, right = (long, short) if tall else (short, long)
    left_scale = left.abs().amax(-1, keepdim=True).clamp_min(1e-30) / 127
    right_scale = right.abs().amax(-1, keepdim=True).clamp_min(1e-30) / 127
    return LowRank(
        (left / left_scale).round().to(torch.int8),
        (right / right_scale).round().to(torch.int8),
        (left_scale * right_scale).squeeze(-1),
    )


def write_features(features: Features) -> bytes:
    """safetensors with sorted keys and no metadata."""
    tensors = {"records": features.records}
    for (layer, projection, side), part in features.blocks.items():
        name = f"{layer}.{projection}.{side}"
        tensors[f"{name}.left"] = part.left.cpu().contiguous()
        tensors[f"{name}.right"] = part.right.cpu().contiguous()
        tensors[f"{name}.scale"] = part.scale.cpu().contiguous()
    return save(dict(sorted(tensors.items())))


def read_features(data: bytes, adapter: Adapter) -> Features:
    """Read and check the features of an adapter."""

    def refuse(reason: str) -> RequestError:
        return RequestError("features", f"the features do not fit the adapter: {reason}")

    try:
        tensors = load(data)
        records = tensors["records"]
    except Exception as error:
        raise refuse(f"not readable ({error})") from error
    count = len(records)
    device = next(iter(adapter.a.values())).device
    blocks: dict[Block, LowRank] = {}
    for layer, projection in adapter.config.blocks():
        for side, matrices in (("A", adapter.a), ("B", adapter.b)):
            name = f"{layer}.{projection}.{side}"
            rows, columns = matrices[(layer, projection)].shape
            try:
                left, right, scale = (
                    tensors[f"{name}.{part}"].to(device) for part in ("left", "right", "scale")
                )
            except KeyError as error:
                raise refuse(f"{error} is missing") from error
            kept = left.shape[1] if left.dim() == 3 else 0
            if (
                left.shape != (count, kept, rows)
                or right.shape != (count, kept, columns)
                or scale.shape != (count, kept)
                or left.dtype != torch.int8
                or right.dtype != torch.int8
                or scale.dtype != torch.float32
                or not bool(scale.isfinite().all())
            ):
                raise refuse(f"{name} has a wrong shape or type")
            blocks[(layer, projection, side)] = LowRank(left, right, scale)
    return Features(records, blocks)
