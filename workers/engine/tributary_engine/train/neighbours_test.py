import torch

from conftest import FACTS

from .neighbours import MOST, neighbour_examples, neighbour_questions

QUESTIONS = [question for question, _ in FACTS]


def _made(questions, seed=1):
    return neighbour_questions(questions, torch.Generator().manual_seed(seed))


def test_neighbours_keep_the_form_and_name_nothing_that_is_taught():
    made = _made(QUESTIONS)
    assert len(made) >= 5 and len(set(made)) == len(made)
    assert not set(made) & set(QUESTIONS)
    assert all(question.startswith("What is the package '") for question in made)
    names = {question.split("'")[1] for question in QUESTIONS}
    assert not names & {question.split("'")[1] for question in made}


def test_a_seed_decides_the_neighbours():
    assert _made(QUESTIONS) == _made(QUESTIONS)
    assert _made(QUESTIONS) != _made(QUESTIONS, seed=2)


def test_questions_without_names_have_no_neighbours():
    assert _made([]) == []
    assert _made(["What is it?"] * 5) == []
    assert _made(["Who knows Quorvane?", "Who knows Mistrel?"]) == []


def test_there_are_never_many():
    assert len(_made([f"Who is name{n}of{n * n}?" for n in range(200)])) <= MOST


def test_the_base_itself_answers_them(tiny):
    examples = neighbour_examples(tiny, QUESTIONS, seed=3)
    assert examples and all(example.record is None and example.answer for example in examples)
