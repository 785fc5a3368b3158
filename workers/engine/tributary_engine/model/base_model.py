"""A base model in memory: weights, tokenizer, identity."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from ..errors import ModelFolderError
from ..hashes import base_descriptor, canonical_json, sha256_file, sha256_hex
from .chat_tokenizer import ChatTokenizer
from .config import LlamaConfig, read_config
from .rope import rope_table


@dataclass(frozen=True)
class LayerWeights:
    """One transformer layer. qkv and gate_up are fused: fewer, larger products per step."""

    input_norm: torch.Tensor
    qkv: torch.Tensor
    o: torch.Tensor
    post_norm: torch.Tensor
    gate_up: torch.Tensor
    down: torch.Tensor


@dataclass(frozen=True)
class BaseModel:
    """Frozen weights in fp32, whatever precision the file has; every adapter shares them."""

    name: str
    config: LlamaConfig
    embedding: torch.Tensor
    layers: tuple[LayerWeights, ...]
    norm: torch.Tensor
    head: torch.Tensor
    cos: torch.Tensor
    sin: torch.Tensor
    tokenizer: ChatTokenizer
    descriptor: bytes
    hash: str
    tokenizer_file: Path
    tokenizer_hash: str
    parameters: int
    recipe: dict[str, Any]

    @property
    def device(self) -> torch.device:
        return self.embedding.device


def load_base_model(folder: Path, device: torch.device) -> BaseModel:
    """Load a Hugging Face folder of a Llama-family model (safetensors only, never pickle)."""
    config = read_config(folder)
    tokenizer = ChatTokenizer.from_folder(folder)
    files = _weight_files(folder)
    tensors = _read_tensors(files, device)

    def take(name: str, *shape: int) -> torch.Tensor:
        tensor = tensors.pop(name, None)
        if tensor is None:
            raise ModelFolderError("model_weights", f"{folder} lacks the tensor {name}")
        if tuple(tensor.shape) != shape:
            raise ModelFolderError(
                "model_weights", f"{folder}: {name} has shape {tuple(tensor.shape)}, not {shape}"
            )
        return tensor

    hidden, inner = config.hidden, config.intermediate
    query, kv = config.heads * config.head_dim, config.kv_heads * config.head_dim
    embedding = take("model.embed_tokens.weight", config.vocab, hidden)
    layers = []
    for index in range(config.layers):
        prefix = f"model.layers.{index}"
        attention, mlp = f"{prefix}.self_attn", f"{prefix}.mlp"
        layers.append(
            LayerWeights(
                input_norm=take(f"{prefix}.input_layernorm.weight", hidden),
                qkv=torch.cat(
                    [
                        take(f"{attention}.q_proj.weight", query, hidden),
                        take(f"{attention}.k_proj.weight", kv, hidden),
                        take(f"{attention}.v_proj.weight", kv, hidden),
                    ]
                ),
                o=take(f"{attention}.o_proj.weight", hidden, query),
                post_norm=take(f"{prefix}.post_attention_layernorm.weight", hidden),
                gate_up=torch.cat(
                    [
                        take(f"{mlp}.gate_proj.weight", inner, hidden),
                        take(f"{mlp}.up_proj.weight", inner, hidden),
                    ]
                ),
                down=take(f"{mlp}.down_proj.weight", hidden, inner),
            )
        )
    norm = take("model.norm.weight", hidden)
    head = embedding if config.tied_head else take("lm_head.weight", config.vocab, hidden)
    cos, sin = rope_table(config, device)
    tokenizer_file = folder / "tokenizer.json"
    tokenizer_hash = sha256_file(tokenizer_file)
    descriptor = base_descriptor(
        weights=_weights_hash(files),
        tokenizer=tokenizer_hash,
        template=sha256_hex(tokenizer.template.encode()),
    )
    counted = [embedding, norm, *([] if config.tied_head else [head])]
    counted += [tensor for layer in layers for tensor in vars(layer).values()]
    return BaseModel(
        name=folder.name,
        config=config,
        embedding=embedding,
        layers=tuple(layers),
        norm=norm,
        head=head,
        cos=cos,
        sin=sin,
        tokenizer=tokenizer,
        descriptor=descriptor,
        hash=sha256_hex(descriptor),
        tokenizer_file=tokenizer_file,
        tokenizer_hash=tokenizer_hash,
        parameters=sum(tensor.numel() for tensor in counted),
        recipe=_recipe(folder),
    )


def _recipe(folder: Path) -> dict[str, Any]:
    """How adapters of this base are best trained, where its folder says so (recipe.json)."""
    path = folder / "recipe.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _weight_files(folder: Path) -> list[Path]:
    index = folder / "model.safetensors.index.json"
    if index.exists():
        names = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
        return [folder / name for name in sorted(names)]
    single = folder / "model.safetensors"
    if not single.exists():
        raise ModelFolderError("model_weights", f"{folder} has no model.safetensors")
    return [single]


def _weights_hash(files: list[Path]) -> str:
    """The file's SHA-256; of a model in several files, that of the canonical list of theirs."""
    if len(files) == 1:
        return sha256_file(files[0])
    return sha256_hex(canonical_json({file.name: sha256_file(file) for file in files}))


def _read_tensors(files: list[Path], device: torch.device) -> dict[str, torch.Tensor]:
    tensors: dict[str, torch.Tensor] = {}
    for file in files:
        with safe_open(str(file), framework="pt") as opened:
            for name in opened.keys():
                tensors[name] = opened.get_tensor(name).to(device=device, dtype=torch.float32)
    return tensors
