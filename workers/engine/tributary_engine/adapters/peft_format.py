"""Adapters as PEFT writes them, and the checks before foreign weights come near the model."""

import json
from typing import Any

import torch
from safetensors.torch import load, save

from ..errors import AdapterRefused
from ..hashes import adapter_descriptor, sha256_hex
from ..model.config import LlamaConfig
from .adapter import Adapter
from .config import PROJECTIONS, AdapterConfig, projection_shape, weight_name

MAX_RANK = 256
#: Largest entry of a LoRA matrix that is still believable; a hostile file could blow up the logits.
MAX_ENTRY = 1e4


def write_weights(config: AdapterConfig, adapter: Adapter) -> bytes:
    """safetensors of the adapter in PEFT's names: sorted keys, fp32, no metadata."""
    tensors = {}
    for layer, name in config.blocks():
        for side, matrices in (("A", adapter.a), ("B", adapter.b)):
            matrix = matrices[(layer, name)].detach().to("cpu", torch.float32).contiguous()
            tensors[weight_name(layer, name, side)] = matrix
    return save(dict(sorted(tensors.items())))


def peft_config(config: AdapterConfig, base_hash: str) -> str:
    """adapter_config.json for PEFT."""
    return json.dumps(
        {
            "base_model_name_or_path": f"sha256:{base_hash}",
            "bias": "none",
            "fan_in_fan_out": False,
            "inference_mode": True,
            "init_lora_weights": True,
            "layers_pattern": "layers",
            "layers_to_transform": list(config.layers),
            "lora_alpha": config.alpha,
            "lora_dropout": config.dropout,
            "peft_type": "LORA",
            "r": config.r,
            "target_modules": list(config.targets),
            "task_type": "CAUSAL_LM",
        },
        indent=2,
        sort_keys=True,
    )


def read_descriptor(
    data: bytes, adapter_hash: str, base_hash: str, model: LlamaConfig
) -> tuple[AdapterConfig, str]:
    """Check an adapter's descriptor; returns its config and the hash of its weights."""

    def refuse(reason: str) -> AdapterRefused:
        return AdapterRefused("adapter_descriptor", f"adapter {adapter_hash}: {reason}")

    try:
        raw = json.loads(data)
        config = raw["config"]
        parsed = AdapterConfig(
            r=config["r"],
            alpha=config["alpha"],
            targets=tuple(config["targets"]),
            layers=tuple(config["layers"]),
            dropout=config["dropout"],
        )
        weights: Any = raw["weights"]
    except (ValueError, KeyError, TypeError) as error:
        raise refuse(f"its descriptor cannot be read ({error!r})") from error
    if raw.get("base") != base_hash:
        raise refuse(f"made for base {raw.get('base')}, this engine runs {base_hash}")
    if not isinstance(parsed.r, int) or not 1 <= parsed.r <= MAX_RANK:
        raise refuse(f"rank {parsed.r!r} is not a whole number from 1 to {MAX_RANK}")
    if not isinstance(parsed.alpha, int) or not 1 <= parsed.alpha <= 64 * parsed.r:
        raise refuse(f"alpha {parsed.alpha!r} is out of bounds")
    if not parsed.targets or set(parsed.targets) - set(PROJECTIONS):
        raise refuse(f"targets {list(parsed.targets)} are not projections of a Llama layer")
    if list(parsed.targets) != sorted(set(parsed.targets)):
        raise refuse("targets must be sorted and distinct")
    if (
        not parsed.layers
        or not all(isinstance(layer, int) for layer in parsed.layers)
        or list(parsed.layers) != sorted(set(parsed.layers))
        or not 0 <= parsed.layers[0] <= parsed.layers[-1] < model.layers
    ):
        raise refuse(f"layers {list(parsed.layers)} do not fit a model of {model.layers} layers")
    if not isinstance(weights, str):
        raise refuse("weights must be a hash")
    # A descriptor in another spelling would give one adapter two identities.
    if data != adapter_descriptor(base_hash, parsed.descriptor(), weights):
        raise refuse("its descriptor is not in canonical form")
    return parsed, weights


def read_weights(
    data: bytes, adapter_hash: str, config: AdapterConfig, model: LlamaConfig, device: torch.device
) -> Adapter:
    """Check and load an adapter's safetensors: names, shapes, types, finite and sane entries."""

    def refuse(reason: str) -> AdapterRefused:
        return AdapterRefused("adapter_weights", f"adapter {adapter_hash}: {reason}")

    try:
        tensors = load(data)
    except Exception as error:
        raise refuse(f"its weights are not safetensors ({error})") from error
    a: dict[tuple[int, str], torch.Tensor] = {}
    b: dict[tuple[int, str], torch.Tensor] = {}
    for layer, name in config.blocks():
        rows, columns = projection_shape(model, name)
        for side, shape, into in (("A", (config.r, columns), a), ("B", (rows, config.r), b)):
            key = weight_name(layer, name, side)
            tensor = tensors.pop(key, None)
            if tensor is None:
                raise refuse(f"lacks {key}")
            if tuple(tensor.shape) != shape:
                raise refuse(f"{key} has shape {tuple(tensor.shape)}, not {shape}")
            if tensor.dtype not in (torch.float32, torch.float16, torch.bfloat16):
                raise refuse(f"{key} holds {tensor.dtype}, not floating point of 16 or 32 bits")
            tensor = tensor.to(device=device, dtype=torch.float32)
            # A comparison with NaN is false, so this refuses NaN and infinities as well.
            if not bool((tensor.abs() <= MAX_ENTRY).all()):
                raise refuse(f"{key} holds entries that are not finite or above {MAX_ENTRY:g}")
            into[(layer, name)] = tensor
    if tensors:
        raise refuse(f"holds a tensor that its config does not name: {sorted(tensors)[0]}")
    return Adapter(adapter_hash, config, a, b)


def describe(config: AdapterConfig, base_hash: str, weights: bytes) -> tuple[bytes, str, str]:
    """(descriptor, adapterHash, weightsHash) of finished weights."""
    weights_hash = sha256_hex(weights)
    descriptor = adapter_descriptor(base_hash, config.descriptor(), weights_hash)
    return descriptor, sha256_hex(descriptor), weights_hash
