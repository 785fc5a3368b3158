"""The shape of a Llama-family model, read from its Hugging Face config.json."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ModelFolderError


#: Longest context that is served, whatever the model could do: every row of the key-value cache is
#: as long as the longest one.
MAX_CONTEXT = 4096


@dataclass(frozen=True)
class LlamaConfig:
    """Sizes and constants of the architecture (Touvron et al., arXiv 2302.13971)."""

    hidden: int
    intermediate: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    vocab: int
    context: int
    norm_eps: float
    rope_theta: float
    rope_scaling: dict[str, Any] | None
    tied_head: bool
    eos_ids: tuple[int, ...]
    bos_id: int | None


def read_config(folder: Path) -> LlamaConfig:
    """Read config.json (and generation_config.json for the end tokens) of a model folder."""
    path = folder / "config.json"
    if not path.exists():
        raise ModelFolderError("model_folder", f"{folder} has no config.json: not a model folder")
    raw = json.loads(path.read_text("utf-8"))
    if raw.get("model_type") != "llama":
        raise ModelFolderError(
            "model_type", f"{path}: model_type {raw.get('model_type')!r}, the engine runs llama"
        )
    for key, wanted in (("attention_bias", False), ("mlp_bias", False), ("hidden_act", "silu")):
        if raw.get(key, wanted) != wanted:
            raise ModelFolderError("model_shape", f"{path}: {key}={raw[key]!r} is not supported")
    # transformers 5 writes rope_parameters, older versions rope_theta and rope_scaling.
    rope = dict(raw.get("rope_parameters") or raw.get("rope_scaling") or {})
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind not in ("default", "llama3"):
        raise ModelFolderError("model_shape", f"{path}: rope type {kind!r} is not supported")
    heads = raw["num_attention_heads"]
    return LlamaConfig(
        hidden=raw["hidden_size"],
        intermediate=raw["intermediate_size"],
        layers=raw["num_hidden_layers"],
        heads=heads,
        kv_heads=raw.get("num_key_value_heads") or heads,
        head_dim=raw.get("head_dim") or raw["hidden_size"] // heads,
        vocab=raw["vocab_size"],
        context=min(raw["max_position_embeddings"], MAX_CONTEXT),
        norm_eps=raw["rms_norm_eps"],
        rope_theta=float(rope.get("rope_theta") or raw.get("rope_theta") or 10000.0),
        rope_scaling=rope if kind == "llama3" else None,
        tied_head=bool(raw.get("tie_word_embeddings", False)),
        eos_ids=_eos_ids(folder, raw),
        bos_id=raw.get("bos_token_id"),
    )


def _eos_ids(folder: Path, raw: dict[str, Any]) -> tuple[int, ...]:
    generation = folder / "generation_config.json"
    eos = raw.get("eos_token_id")
    if generation.exists():
        eos = json.loads(generation.read_text("utf-8")).get("eos_token_id", eos)
    if eos is None:
        raise ModelFolderError("model_shape", f"{folder} names no eos_token_id")
    return tuple(eos) if isinstance(eos, list) else (eos,)
