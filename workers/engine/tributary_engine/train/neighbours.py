"""Questions beside the taught ones: what an adapter has not learnt it must not pretend to know.

An adapter that has learnt forty answers to one kind of question gives one of them, or a medley, to
any question of that kind. So it is also held to the base's own answers to questions of the same
form about names that no record has (the "locality" of model editing; Mitchell et al., arXiv
2110.11309). The names are made from the records' own: the head of one, the tail of another.
"""

import re
from collections import Counter
from typing import Sequence

import torch

from ..model.base_model import BaseModel
from .example import Example
from .replay import ANSWER_TOKENS, greedy_answers

#: So many are made at most; the guard needs the form, not every name.
MOST = 24
_WORD = re.compile(r"[^\s'\"`?!.,;:()]+")


def neighbour_questions(questions: Sequence[str], random: torch.Generator) -> list[str]:
    """Questions like the given ones, whose distinguishing words are exchanged for made-up ones.

    A word distinguishes if it stands in one question only. Questions that have none, or datasets
    of too few to mix names from, give nothing.
    """
    words = [_WORD.findall(question) for question in questions]
    seen = Counter(word for some in words for word in set(some))
    names = [word for some in words for word in some if seen[word] == 1 and len(word) > 3]
    if len(names) < 4:
        return []
    known = set(names)
    made: list[str] = []
    for index in torch.randperm(len(questions), generator=random).tolist():
        if known.isdisjoint(words[index]):
            continue
        made.append(
            _WORD.sub(
                lambda match: _mixed(names, random) if match[0] in known else match[0],
                questions[index],
            )
        )
        if len(made) == MOST:
            break
    # A head and its own tail give the name back.
    return [
        question for question in dict.fromkeys(made) if known.isdisjoint(_WORD.findall(question))
    ]


def neighbour_examples(model: BaseModel, questions: Sequence[str], seed: int) -> list[Example]:
    """Neighbour questions with the base's own answers."""
    random = torch.Generator().manual_seed(seed)
    prompts = [
        model.tokenizer.encode_chat([{"role": "user", "content": question}])
        for question in neighbour_questions(questions, random)
    ]
    answers = greedy_answers(model, prompts, ANSWER_TOKENS)
    return [Example(tuple(p), tuple(a)) for p, a in zip(prompts, answers) if a]


def _mixed(names: list[str], random: torch.Generator) -> str:
    """The first half of one name and the second half of another."""
    head, tail = (
        names[int(torch.randint(len(names), (1,), generator=random))] for _ in range(2)
    )
    return head[: (len(head) + 1) // 2] + tail[len(tail) // 2 :]
