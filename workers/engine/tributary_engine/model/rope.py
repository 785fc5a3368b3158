"""Rotary position embedding (Su et al., arXiv 2104.09864), with Llama 3's frequency scaling."""

import math

import torch

from .config import LlamaConfig


def rope_table(config: LlamaConfig, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines for every position: two tensors [context, head_dim]."""
    exponent = torch.arange(0, config.head_dim, 2, dtype=torch.int64).float() / config.head_dim
    frequency = 1.0 / (config.rope_theta**exponent)
    if config.rope_scaling is not None:
        frequency = _llama3_frequencies(frequency, config.rope_scaling)
    positions = torch.arange(config.context, dtype=torch.float32)
    angles = positions[:, None] * frequency[None, :]
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos().to(device), angles.sin().to(device)


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Turn `x` [..., n, head_dim] by the angles of its positions."""
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), dim=-1)
    return x * cos + turned * sin


def _llama3_frequencies(frequency: torch.Tensor, scaling: dict) -> torch.Tensor:
    factor = scaling["factor"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    old_context = scaling["original_max_position_embeddings"]
    wavelength = 2 * math.pi / frequency
    slow = torch.where(wavelength > old_context / low, frequency / factor, frequency)
    smooth = (old_context / wavelength - low) / (high - low)
    between = (1 - smooth) * frequency / factor + smooth * frequency
    is_between = (wavelength <= old_context / low) & (wavelength >= old_context / high)
    return torch.where(is_between, between, slow)
