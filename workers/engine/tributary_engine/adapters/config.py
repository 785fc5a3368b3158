"""What an adapter adapts: rank, scale, projections and layers, and the shapes that follow."""

from dataclasses import dataclass
from typing import Any

from ..model.config import LlamaConfig

#: Every linear projection of a Llama layer, in the order of the forward pass.
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class AdapterConfig:
    """Rank r, scale alpha / r, adapted projections (sorted) and layer indices (ascending)."""

    r: int
    alpha: int
    targets: tuple[str, ...]
    layers: tuple[int, ...]
    dropout: int = 0

    @property
    def scale(self) -> float:
        return self.alpha / self.r

    def descriptor(self) -> dict[str, Any]:
        """The part of the adapter's descriptor that is hashed."""
        return {
            "r": self.r,
            "alpha": self.alpha,
            "targets": list(self.targets),
            "layers": list(self.layers),
            "dropout": self.dropout,
        }

    def blocks(self) -> list[tuple[int, str]]:
        """The adapted (layer, projection) pairs in the order of the forward pass."""
        chosen = [name for name in PROJECTIONS if name in self.targets]
        return [(layer, name) for layer in self.layers for name in chosen]


def projection_shape(config: LlamaConfig, name: str) -> tuple[int, int]:
    """(out, in) of a projection's weight."""
    query, kv = config.heads * config.head_dim, config.kv_heads * config.head_dim
    return {
        "q_proj": (query, config.hidden),
        "k_proj": (kv, config.hidden),
        "v_proj": (kv, config.hidden),
        "o_proj": (config.hidden, query),
        "gate_proj": (config.intermediate, config.hidden),
        "up_proj": (config.intermediate, config.hidden),
        "down_proj": (config.hidden, config.intermediate),
    }[name]


def weight_name(layer: int, projection: str, side: str) -> str:
    """PEFT's name of a LoRA matrix; side is A or B."""
    part = "self_attn" if projection in ("q_proj", "k_proj", "v_proj", "o_proj") else "mlp"
    return f"base_model.model.model.layers.{layer}.{part}.{projection}.lora_{side}.weight"
