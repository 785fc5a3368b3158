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

#: λ as a share of the records' mean eigenvalue over all matrices. One λ for all of them: with one
#: each, matrices in which hardly anything was learnt would speak as loudly as the others.
DAMPING = 1e-4
#: Directions with less than this share of the strongest second moment hold rounding only.
_NEGLIGIBLE = 1e-10
#: Keeps an adapter without any gradient from dividing by zero.
_TINY = 1e-300


@dataclass(frozen=True)
class _RotatedBlock:
    """left [rows, p] and right [columns, q] bases; candidates [n, p * q] are preconditioned."""

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
        rotated = {block: _rotate(part) for block, part in features.blocks.items()}
        own = [turned[is_record].square().mean(0) for _, _, turned in rotated.values()]
        total = sum(float(values.sum()) for values in own)
        mean = total / sum(values.numel() for values in own)
        self._blocks: dict[Block, _RotatedBlock] = {}
        for block, (left, right, turned) in rotated.items():
            damped = turned.square().mean(0) + max(damping * mean, _TINY)
            self._blocks[block] = _RotatedBlock(left, right, turned[is_record] / damped)

    def scores(self, query: dict[Block, torch.Tensor]) -> torch.Tensor:
        """Influence [records] (double) on the answer whose gradients [rows, columns] are given."""
        total = torch.zeros(len(self.records), dtype=torch.float64)
        for block, rotated in self._blocks.items():
            turned = rotated.left.T @ query[block].double() @ rotated.right
            total += (rotated.candidates @ turned.flatten()).cpu()
        return total


def _rotate(part: LowRank) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Both eigenbases, and the gradients of all examples in them, [N, p * q]."""
    left, right = (factor.double() for factor in part.factors())
    left_basis = _eigenbasis(left, right)
    right_basis = _eigenbasis(right, left)
    rotated = torch.einsum("ncp,ncq->npq", left @ left_basis, right @ right_basis)
    return left_basis, right_basis, rotated.flatten(1)


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
