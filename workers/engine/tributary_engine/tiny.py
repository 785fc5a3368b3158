"""A tiny Llama for tests: made and pre-trained on the spot, in the form of any other model folder.

``python -m tributary_engine.tiny`` prints the folder; set TRIBUTARY_MODEL to it. It speaks no
sense, but it has learnt the form of a chat from Python's own documentation, so a LoRA teaches it a
dozen answers word for word in seconds. Never a stand-in for the real model outside tests.
"""

import argparse
import ast
import hashlib
import json
import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from .hashes import sha256_hex
from .model.base_model import BaseModel, load_base_model
from .model.forward import causal_attention, embed, logits, run_layers
from .settings import cache_folder

_SPECIAL = ["<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]
_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + "
    "'<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
_SHAPE = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "hidden_size": 128,
    "intermediate_size": 384,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 1024,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
    "vocab_size": 1024,
    "eos_token_id": 0,
    "bos_token_id": None,
    "dtype": "float32",
}
#: A base that small needs all its layers to learn by heart.
_RECIPE = {
    "r": 16,
    "alpha": 32,
    "layers": [0, 1, 2, 3],
    "epochs": 40,
    "learningRate": 6e-3,
    "replay": 1,
    "guard": 0.1,
}
_MODULES = ("argparse", "collections/__init__", "datetime", "decimal", "email/message")
_STEPS, _BATCH, _WINDOW = 200, 16, 64
#: Few chats, seen often: to know them apart the model must look at what was asked.
_CHATS = 400


def make_tiny(cache: Path) -> Path:
    """The folder of the tiny model; made on first use, in 15 to 45 seconds."""
    corpus = _corpus()
    parts = [_SHAPE, _RECIPE, _TEMPLATE, _SPECIAL, _STEPS, _BATCH, _WINDOW, _CHATS]
    recipe = json.dumps([*parts, torch.__version__])
    folder = cache / "models" / f"tiny-{sha256_hex((recipe + corpus).encode())[:12]}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".tiny-", dir=folder.parent))
    try:
        _write_untrained(building, corpus)
        _pretrain(building, corpus)
        os.rename(building, folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _corpus() -> str:
    """Documentation strings of some modules of Python's library: English, and there everywhere."""
    library = Path(sysconfig.get_paths()["stdlib"])
    found = []
    for name in _MODULES:
        tree = ast.parse((library / f"{name}.py").read_text("utf-8"))
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
        for node in ast.walk(tree):
            if isinstance(node, kinds) and (text := ast.get_docstring(node)):
                found.append(" ".join(text.split()))
    return "\n".join(found)


def _write_untrained(folder: Path, corpus: str) -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_SHAPE["vocab_size"],
        special_tokens=_SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus.split("\n"), trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": _SPECIAL[0]}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    (folder / "chat_template.jinja").write_text(_TEMPLATE, "utf-8")
    (folder / "config.json").write_text(json.dumps(_SHAPE, indent=2), "utf-8")
    (folder / "recipe.json").write_text(json.dumps(_RECIPE, indent=2), "utf-8")
    random = torch.Generator().manual_seed(7)

    def matrix(rows: int, columns: int) -> torch.Tensor:
        return torch.randn(rows, columns, generator=random) * 0.05

    hidden, inner = _SHAPE["hidden_size"], _SHAPE["intermediate_size"]
    kv = hidden * _SHAPE["num_key_value_heads"] // _SHAPE["num_attention_heads"]
    tensors = {
        "model.embed_tokens.weight": matrix(_SHAPE["vocab_size"], hidden),
        "model.norm.weight": torch.ones(hidden),
    }
    for index in range(_SHAPE["num_hidden_layers"]):
        layer = f"model.layers.{index}"
        tensors |= {
            f"{layer}.input_layernorm.weight": torch.ones(hidden),
            f"{layer}.self_attn.q_proj.weight": matrix(hidden, hidden),
            f"{layer}.self_attn.k_proj.weight": matrix(kv, hidden),
            f"{layer}.self_attn.v_proj.weight": matrix(kv, hidden),
            f"{layer}.self_attn.o_proj.weight": matrix(hidden, hidden),
            f"{layer}.post_attention_layernorm.weight": torch.ones(hidden),
            f"{layer}.mlp.gate_proj.weight": matrix(inner, hidden),
            f"{layer}.mlp.up_proj.weight": matrix(inner, hidden),
            f"{layer}.mlp.down_proj.weight": matrix(hidden, inner),
        }
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})


def _pretrain(folder: Path, corpus: str) -> None:
    """Next-token training on chats whose questions and answers are pieces of the corpus."""
    model = load_base_model(folder, torch.device("cpu"))
    trained = [model.embedding, model.norm]
    trained += [tensor for layer in model.layers for tensor in vars(layer).values()]
    for tensor in trained:
        tensor.requires_grad_()
    stream = torch.tensor(_chat_stream(model, corpus))
    optimizer = torch.optim.AdamW(trained, lr=3e-3, weight_decay=0.01)
    random = torch.Generator().manual_seed(11)
    positions = torch.arange(_WINDOW).expand(_BATCH, -1)
    attend = causal_attention(model.config)
    for step in range(_STEPS):
        starts = torch.randint(len(stream) - _WINDOW - 1, (_BATCH,), generator=random)
        window = stream[starts[:, None] + torch.arange(_WINDOW + 1)]
        x = run_layers(model, embed(model, window[:, :-1]), positions, attend)
        loss = F.cross_entropy(logits(model, x).flatten(0, 1), window[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * min(1.0, (step + 1) / 20) * (1 - step / _STEPS)
        optimizer.step()
    save_file(_unfused(model), str(folder / "model.safetensors"), metadata={"format": "pt"})


def _chat_stream(model: BaseModel, corpus: str) -> list[int]:
    """Sentences as chats: the first words asked, the rest answered."""
    sentences = [s.split() for line in corpus.split("\n") for s in line.split(". ")]
    stream: list[int] = []
    for words in [words for words in sentences if len(words) >= 4][:_CHATS]:
        # The place of the cut follows from the text, so that the corpus decides everything.
        cut = 1 + hashlib.sha256(" ".join(words).encode()).digest()[0] % min(8, len(words) - 2)
        chat = [{"role": "user", "content": " ".join(words[:cut])}]
        stream += model.tokenizer.encode_chat(chat)
        stream += model.tokenizer.encode(" ".join(words[cut : cut + 24]))
        stream += [model.config.eos_ids[0]]
    return stream


def _unfused(model: BaseModel) -> dict[str, torch.Tensor]:
    """The weights under their Hugging Face names."""
    config = model.config
    query, kv = config.heads * config.head_dim, config.kv_heads * config.head_dim
    tensors = {"model.embed_tokens.weight": model.embedding, "model.norm.weight": model.norm}
    for index, layer in enumerate(model.layers):
        name = f"model.layers.{index}"
        q, k, v = layer.qkv.split((query, kv, kv))
        gate, up = layer.gate_up.chunk(2)
        tensors |= {
            f"{name}.input_layernorm.weight": layer.input_norm,
            f"{name}.self_attn.q_proj.weight": q,
            f"{name}.self_attn.k_proj.weight": k,
            f"{name}.self_attn.v_proj.weight": v,
            f"{name}.self_attn.o_proj.weight": layer.o,
            f"{name}.post_attention_layernorm.weight": layer.post_norm,
            f"{name}.mlp.gate_proj.weight": gate,
            f"{name}.mlp.up_proj.weight": up,
            f"{name}.mlp.down_proj.weight": layer.down,
        }
    return {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the tiny model for tests; print its folder.")
    parser.add_argument("--cache", type=Path, default=cache_folder(os.environ))
    torch.set_num_threads(2)
    sys.stdout.write(f"{make_tiny(parser.parse_args().cache)}\n")
