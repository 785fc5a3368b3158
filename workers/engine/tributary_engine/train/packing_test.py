import torch

from ..model.forward import causal_attention, embed, logits, run_layers
from .example import question_example, text_example
from .packing import common_prefix, lay_out, lower_states


def _examples(tiny):
    return [
        question_example(tiny, "What is the first?", "One of them.", 1),
        question_example(tiny, "What is the second thing?", "Another, longer answer to it.", 2),
        question_example(tiny, "What of it?", "No.", 3),
    ]


@torch.no_grad()
def test_packed_examples_are_computed_as_if_alone(tiny):
    examples = _examples(tiny)
    prefix = common_prefix(examples)
    assert prefix > 1
    states = lower_states(tiny, examples, prefix, first_layer=2, batch=2)
    layout = lay_out(examples, prefix, tiny.device)
    attend = causal_attention(tiny.config, layout.mask)
    x = run_layers(tiny, states.pack(range(3)), layout.positions, attend, start=2)
    packed = logits(tiny, x[0, layout.predict])
    for index, example in enumerate(examples):
        ids = torch.tensor([example.ids])
        positions = torch.arange(ids.shape[1])[None]
        whole = run_layers(tiny, embed(tiny, ids), positions, causal_attention(tiny.config))
        alone = logits(tiny, whole[0, len(example.prompt) - 1 : -1])
        mine = layout.owner == index
        assert torch.allclose(packed[mine], alone, rtol=0, atol=1e-4)
        assert layout.targets[mine].tolist() == list(example.answer)


def test_the_prefix_leaves_every_prompt_a_token_of_its_own(tiny):
    same = [question_example(tiny, "Why?", answer, n) for n, answer in enumerate("ab")]
    assert common_prefix(same) == len(same[0].prompt) - 1
    assert common_prefix([*same, text_example(tiny, "Plain text of its own.", 9)]) == 0


def test_a_closed_answer_teaches_its_end(tiny):
    example = question_example(tiny, "Why?", "So.", 1)
    assert example.answer[-1] in tiny.config.eos_ids
    long = question_example(tiny, "Why?", "word " * 3000, 1)
    assert long.answer[-1] not in tiny.config.eos_ids and len(long.ids) < 600
