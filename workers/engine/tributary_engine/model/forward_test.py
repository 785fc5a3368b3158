import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from .forward import causal_attention, embed, logits, run_layers

CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "What is a naïve 😀 lantern?"},
]


@torch.no_grad()
def test_logits_equal_those_of_transformers(tiny, tiny_folder):
    theirs = AutoModelForCausalLM.from_pretrained(tiny_folder, dtype=torch.float32)
    ids = torch.tensor([tiny.tokenizer.encode_chat(CHAT)])
    positions = torch.arange(ids.shape[1])[None]
    x = run_layers(tiny, embed(tiny, ids), positions, causal_attention(tiny.config))
    ours = logits(tiny, x)
    assert torch.allclose(ours, theirs(ids).logits, rtol=0, atol=1e-5)
    assert float(ours.std()) > 0.1, "a model whose logits are all alike proves nothing"


def test_the_chat_template_renders_as_in_transformers(tiny, tiny_folder):
    theirs = AutoTokenizer.from_pretrained(tiny_folder)
    text = theirs.apply_chat_template(CHAT, add_generation_prompt=True, tokenize=False)
    assert tiny.tokenizer.render_chat(CHAT) == text
    assert tiny.tokenizer.encode_chat(CHAT) == theirs(text, add_special_tokens=False)["input_ids"]


def test_offsets_count_utf16_units(tiny):
    text = "a 😀 bc"
    ids, offsets = tiny.tokenizer.encode_with_offsets(text)
    assert len(ids) == len(offsets)
    assert offsets[0] == (0, 1)
    # In JavaScript "a 😀 bc".length is 7.
    assert offsets[-1][1] == 7


def test_a_folder_that_is_no_model_is_named(tmp_path):
    from ..errors import ModelFolderError
    from .base_model import load_base_model

    with pytest.raises(ModelFolderError, match="config.json"):
        load_base_model(tmp_path, torch.device("cpu"))
