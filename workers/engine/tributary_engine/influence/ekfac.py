"""Influence of training examples on an answer: EK-FAC in the space of the LoRA matrices.

The influence of example i on a query is gqᵀ (F + λ)⁻¹ gᵢ with the Fisher matrix F (Koh and Liang,
arXiv 1703.04730; Grosse et al., arXiv 2308.03296). Per LoRA matrix, F is taken as diagonal in the
Kronecker product of the eigenbases of the gradients' row and column second moments; its diagonal
is measured in that basis (George et al., arXiv 1806.03884).
"""

from dataclasses import dataclass

import torch

from .features import NO_RECORD, Features, LowRank
from .gradients import Block

#: λ as a share of the block's mean eigenvalue.
DAMPING = 0.1
#: Directions with less than this share of the strongest second moment hold rounding only.
_NEGLIGIBLE = 1e-10


@dataclass(frozen=True)
class _RotatedBlock:
    """left [rows, p] and right [columns, q] eigenbases; candidates [n, p * q] are preconditioned."""

    left: torch.Tensor
    right: torch.Tensor
    candidates: torch.Tensor


class Influence:
    """Scores of every trained record for any answer of one adapter.

    Replay examples shape the curvature like all others, but they are nobody's record.
    """

    def __init__(self, features: Features, damping: float = DAMPING) -> None:
        is_record = features.records != NO_RECORD
        self.records: list[int] = features.records[is_record].tolist()
        self._blocks = {
            block: _rotate(part, is_record.to(part.scale.device), damping)
            for block, part in features.blocks.items()
        }

    def scores(self, query: dict[Block, torch.Tensor]) -> torch.Tensor:
        """Influence [records] (double) on the answer whose gradients [rows, columns] are given."""
        total = torch.zeros(len(self.records), dtype=torch.float64)
        for block, rotated in self._blocks.items():
            turned = rotated.left.T @ query[block].double() @ rotated.right
            total += (rotated.candidates @ turned.flatten()).cpu()
        return total


def _rotate(part: LowRank, is_record: torch.Tensor, damping: float) -> _RotatedBlock:
    left, right = (factor.double() for factor in part.factors())
    left_basis = _eigenbasis(left, right)
    right_basis = _eigenbasis(right, left)
    rotated = torch.einsum("ncp,ncq->npq", left @ left_basis, right @ right_basis).flatten(1)
    eigenvalues = rotated.square().mean(0)
    damped = eigenvalues + damping * eigenvalues.mean()
    return _RotatedBlock(left_basis, right_basis, rotated[is_record] / damped)


def _eigenbasis(own: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Eigenvectors [k, p] of the examples' second moment on the side of `own` [N, c, k].

    With G = ownᵀ other, Σ G Gᵀ = Σ ownᵀ (other otherᵀ) own. Its rank is at most N · c, so where
    that is less than k the small Gram matrix gives the same vectors.
    """
    values, vectors = torch.linalg.eigh(other @ other.transpose(1, 2))
    root = vectors @ (values.clamp_min(0).sqrt()[:, :, None] * vectors.transpose(1, 2))
    rows = (root @ own).flatten(0, 1)
    if rows.shape[0] >= rows.shape[1]:
        values, vectors = torch.linalg.eigh(rows.T @ rows)
        return vectors[:, values > values.max() * _NEGLIGIBLE]
    values, vectors = torch.linalg.eigh(rows @ rows.T)
    kept = values > values.max() * _NEGLIGIBLE
    return rows.T @ (vectors[:, kept] / values[kept].sqrt())
