import json

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load, save
from transformers import AutoModelForCausalLM

from ..errors import AdapterRefused
from ..hashes import adapter_descriptor, sha256_hex
from ..model.forward import causal_attention, embed, logits, run_layers
from ..train.recipe import read_recipe
from ..train.training import initial_adapter
from .adapter import Adapter, SharedLora
from .peft_format import describe, peft_config, read_descriptor, read_weights, write_weights


@pytest.fixture
def adapter(tiny) -> Adapter:
    config = read_recipe(None, tiny).adapter_config()
    made = initial_adapter(tiny, config, seed=5)
    random = torch.Generator().manual_seed(1)
    b = {key: torch.randn(m.shape, generator=random) * 0.1 for key, m in made.b.items()}
    return Adapter("", config, {key: m.detach() for key, m in made.a.items()}, b)


def test_peft_loads_what_is_written_and_computes_the_same(tiny, tiny_folder, tmp_path, adapter):
    (tmp_path / "adapter_model.safetensors").write_bytes(write_weights(adapter.config, adapter))
    (tmp_path / "adapter_config.json").write_text(peft_config(adapter.config, tiny.hash))
    base = AutoModelForCausalLM.from_pretrained(tiny_folder, dtype=torch.float32)
    theirs = PeftModel.from_pretrained(base, tmp_path)
    ids = torch.tensor([tiny.tokenizer.encode("Return the list of names.")])
    positions = torch.arange(ids.shape[1])[None]
    with torch.no_grad():
        attend = causal_attention(tiny.config)
        ours = logits(
            tiny, run_layers(tiny, embed(tiny, ids), positions, attend, SharedLora(adapter))
        )
        plain = logits(tiny, run_layers(tiny, embed(tiny, ids), positions, attend))
        assert torch.allclose(ours, theirs(ids).logits, rtol=0, atol=1e-4)
    assert float((ours - plain).abs().max()) > 0.1
    assert theirs.peft_config["default"].base_model_name_or_path == f"sha256:{tiny.hash}"


def test_an_adapter_survives_writing_and_reading(tiny, adapter):
    weights = write_weights(adapter.config, adapter)
    descriptor, digest, weights_hash = describe(adapter.config, tiny.hash, weights)
    assert sha256_hex(descriptor) == digest and sha256_hex(weights) == weights_hash
    header = json.loads(weights[8 : 8 + int.from_bytes(weights[:8], "little")])
    assert list(header) == sorted(header) and "__metadata__" not in header
    config, named = read_descriptor(descriptor, digest, tiny.hash, tiny.config)
    assert (config, named) == (adapter.config, weights_hash)
    read = read_weights(weights, digest, config, tiny.config, tiny.device)
    assert all(torch.equal(read.a[key], adapter.a[key]) for key in adapter.a)
    assert all(torch.equal(read.b[key], adapter.b[key]) for key in adapter.b)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"r": 0}, "rank"),
        ({"r": 4096}, "rank"),
        ({"alpha": 10**6}, "alpha"),
        ({"targets": ["lm_head"]}, "targets"),
        ({"targets": ["v_proj", "q_proj"]}, "sorted"),
        ({"layers": [99]}, "layers"),
        ({"layers": []}, "layers"),
    ],
)
def test_descriptors_out_of_bounds_are_refused(tiny, adapter, change, reason):
    config = {**adapter.config.descriptor(), **change}
    descriptor = adapter_descriptor(tiny.hash, config, "ab" * 32)
    with pytest.raises(AdapterRefused, match=reason):
        read_descriptor(descriptor, "00" * 32, tiny.hash, tiny.config)


def test_an_adapter_of_another_base_is_refused(tiny, adapter):
    descriptor = adapter_descriptor("cd" * 32, adapter.config.descriptor(), "ab" * 32)
    with pytest.raises(AdapterRefused, match="made for base"):
        read_descriptor(descriptor, "00" * 32, tiny.hash, tiny.config)
    same = adapter_descriptor(tiny.hash, adapter.config.descriptor(), "ab" * 32)
    with pytest.raises(AdapterRefused, match="canonical"):
        read_descriptor(same.replace(b",", b", "), "00" * 32, tiny.hash, tiny.config)


def _spoil(tensors: dict[str, torch.Tensor], how: str) -> None:
    name = sorted(tensors)[0]
    if how == "missing":
        del tensors[name]
    elif how == "shape":
        tensors[name] = tensors[name][:, :-1].contiguous()
    elif how == "nan":
        tensors[name][0, 0] = float("nan")
    elif how == "huge":
        tensors[name][0, 0] = 1e9
    elif how == "integers":
        tensors[name] = tensors[name].to(torch.int32)
    else:
        tensors["lm_head.weight"] = torch.zeros(1)


@pytest.mark.parametrize("how", ["missing", "shape", "nan", "huge", "integers", "extra"])
def test_hostile_weights_are_refused(tiny, adapter, how):
    tensors = load(write_weights(adapter.config, adapter))
    _spoil(tensors, how)
    with pytest.raises(AdapterRefused):
        read_weights(save(tensors), "00" * 32, adapter.config, tiny.config, tiny.device)


def test_bytes_that_are_no_safetensors_are_refused(tiny, adapter):
    with pytest.raises(AdapterRefused, match="safetensors"):
        read_weights(b"\x80\x04pickle", "00" * 32, adapter.config, tiny.config, tiny.device)
