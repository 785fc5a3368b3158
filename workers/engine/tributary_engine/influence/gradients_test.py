import pytest
import torch
import torch.nn.functional as F

from conftest import FACTS

from ..adapters.adapter import Adapter, SharedLora
from ..model.forward import causal_attention, embed, logits, run_layers
from ..train.example import Example, question_example
from ..train.recipe import read_recipe
from ..train.training import initial_adapter
from .ekfac import DAMPING, Influence
from .features import NO_RECORD, compress, make_features, read_features, write_features
from .gradients import example_gradients


@pytest.fixture(scope="module")
def adapter(tiny) -> Adapter:
    config = read_recipe(None, tiny).adapter_config()
    made = initial_adapter(tiny, config, seed=5)
    random = torch.Generator().manual_seed(1)
    b = {key: torch.randn(m.shape, generator=random) * 0.1 for key, m in made.b.items()}
    return Adapter("", config, {key: m.detach() for key, m in made.a.items()}, b)


@pytest.fixture(scope="module")
def examples(tiny) -> list[Example]:
    return [question_example(tiny, q, a, 10 + n) for n, (q, a) in enumerate(FACTS)]


@pytest.fixture(scope="module")
def gradients(tiny, adapter, examples):
    parts = {}

    def receive(block, _, matrices):
        parts.setdefault(block, []).append(matrices)

    example_gradients(tiny, adapter, examples, receive)
    return {block: torch.cat(some) for block, some in parts.items()}


def test_gradients_equal_automatic_differentiation(tiny, adapter, examples, gradients):
    for index in (0, 5):
        leaf = Adapter(
            "",
            adapter.config,
            {key: m.clone().requires_grad_() for key, m in adapter.a.items()},
            {key: m.clone().requires_grad_() for key, m in adapter.b.items()},
        )
        example = examples[index]
        ids = torch.tensor([example.ids])
        positions = torch.arange(ids.shape[1])[None]
        attend = causal_attention(tiny.config)
        x = run_layers(tiny, embed(tiny, ids), positions, attend, SharedLora(leaf))
        scores = logits(tiny, x[0, len(example.prompt) - 1 : -1])
        F.cross_entropy(scores, torch.tensor(example.answer), reduction="sum").backward()
        for side, matrices in (("A", leaf.a), ("B", leaf.b)):
            for (layer, name), matrix in matrices.items():
                ours = gradients[(layer, name, side)][index]
                tolerance = 1e-4 * float(matrix.grad.abs().max())
                assert torch.allclose(ours, matrix.grad, rtol=0, atol=tolerance)


def test_compression_keeps_the_strongest_directions(gradients):
    for matrices in (gradients[min(gradients)], gradients[max(gradients)]):
        part = compress(matrices, 2)
        left, right = part.factors()
        kept = left.transpose(1, 2) @ right
        u, s, v = torch.linalg.svd(matrices, full_matrices=False)
        best = (u[:, :, :2] * s[:, None, :2]) @ v[:, :2]
        error = (kept - best).flatten(1).norm(dim=1) / best.flatten(1).norm(dim=1)
        assert float(error.max()) < 0.02


def test_scores_equal_ekfac_written_out(tiny, adapter, examples):
    features = make_features(tiny, adapter, examples)
    features.records[-2:] = NO_RECORD
    query = {}
    for block, part in features.blocks.items():
        left, right = part.factors()
        query[block] = left[0].T @ right[0]
    scores = Influence(features).scores(query)
    turned = []
    for part in features.blocks.values():
        left, right = (factor.double() for factor in part.factors())
        g = left.transpose(1, 2) @ right
        u = torch.linalg.eigh((g @ g.transpose(1, 2)).mean(0))[1]
        v = torch.linalg.eigh((g.transpose(1, 2) @ g).mean(0))[1]
        turned.append(u.T @ g @ v)
    # Directions that no example has are none of the compact form's eigenvectors.
    kept = 4 * len(examples)
    counts = [min(t.shape[1], kept) * min(t.shape[2], kept) for t in turned]
    mean = sum(float(t[:-2].square().mean(0).sum()) for t in turned) / sum(counts)
    expected = sum(
        (t[0] * t / (t.square().mean(0) + DAMPING * mean)).sum((1, 2)) for t in turned
    )
    assert scores.shape == (len(examples) - 2,)
    assert torch.allclose(scores, expected[:-2], rtol=1e-3, atol=1e-3 * float(expected.abs().max()))


def test_a_record_is_its_own_strongest_cause(tiny, adapter, examples, gradients):
    influence = Influence(make_features(tiny, adapter, examples))
    assert influence.records == [example.record for example in examples]
    for index in range(len(examples)):
        query = {block: matrices[index] for block, matrices in gradients.items()}
        assert int(influence.scores(query).argmax()) == index


def test_features_survive_writing_and_reading(tiny, adapter, examples):
    features = make_features(tiny, adapter, examples[:3])
    data = write_features(features)
    assert write_features(read_features(data, adapter)) == data


def test_features_of_another_adapter_are_refused(tiny, adapter, examples):
    from ..adapters.config import AdapterConfig
    from ..errors import RequestError

    data = write_features(make_features(tiny, adapter, examples[:2]))
    config = AdapterConfig(4, 16, adapter.config.targets, adapter.config.layers)
    other = initial_adapter(tiny, config, 1)
    with pytest.raises(RequestError, match="features"):
        read_features(data, other)
    with pytest.raises(RequestError, match="features"):
        read_features(b"no safetensors", adapter)
