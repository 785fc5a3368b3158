import pytest
import torch

from conftest import FACTS

from ..adapters.peft_format import write_weights
from ..errors import RequestError
from .example import question_example
from .recipe import read_recipe
from .replay import general_prompts, greedy_answers, replay_examples
from .training import train_adapter


def _examples(tiny):
    return [question_example(tiny, q, a, n) for n, (q, a) in enumerate(FACTS)]


def test_a_run_repeats_to_the_bit(tiny, tmp_path):
    general = replay_examples(tiny, tmp_path)
    recipe = read_recipe({"epochs": 2}, tiny)

    def run(seed):
        adapter = train_adapter(tiny, _examples(tiny), general, recipe, seed, lambda _: None)
        return write_weights(adapter.config, adapter)

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_the_loss_falls_and_the_guard_holds_the_base(tiny, tmp_path):
    general = replay_examples(tiny, tmp_path)

    def run(**config):
        seen = []
        recipe = read_recipe({"epochs": 15, "replay": 4, **config}, tiny)
        train_adapter(tiny, _examples(tiny), general, recipe, 1, seen.append)
        return seen

    guarded, free = run(guard=1), run(guard=0)
    assert guarded[-1].loss < 0.3 * guarded[0].loss
    assert guarded[0].step == 1 and guarded[-1].step == guarded[-1].steps == len(guarded)
    strayed = [sum(progress.guard for progress in seen[-8:]) for seen in (guarded, free)]
    assert strayed[0] < 0.6 * strayed[1]


def test_training_stops_when_told(tiny):
    def stop(progress):
        if progress.step == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train_adapter(tiny, _examples(tiny), [], read_recipe(None, tiny), 1, stop)


def test_replay_is_what_the_base_says_and_is_kept(tiny, tmp_path):
    first = replay_examples(tiny, tmp_path)
    (file,) = (tmp_path / "replay").iterdir()
    before = file.stat().st_mtime_ns
    assert replay_examples(tiny, tmp_path) == first
    assert file.stat().st_mtime_ns == before
    assert all(example.record is None for example in first)
    alone = greedy_answers(tiny, [list(first[3].prompt)], 8)
    assert alone[0] == list(first[3].answer)


def test_the_general_prompts_are_many_and_distinct():
    prompts = general_prompts()
    assert len(prompts) >= 40 and len(set(prompts)) == len(prompts)


@pytest.mark.parametrize(
    "config",
    [
        {"epochs": 0},
        {"epochs": 1.5},
        {"learningRate": "fast"},
        {"layers": [4]},
        {"layers": []},
        {"layers": [[1]]},
        {"targets": ["lm_head"]},
        {"rank": 8},
        [],
    ],
)
def test_recipes_out_of_bounds_are_refused(tiny, config):
    with pytest.raises(RequestError):
        read_recipe(config, tiny)


def test_a_recipe_keeps_what_is_not_given(tiny):
    recipe = read_recipe({"r": 4, "layers": [3, 1], "epochs": None}, tiny)
    assert (recipe.r, recipe.layers) == (4, (1, 3))
    assert recipe.epochs == read_recipe(None, tiny).epochs
