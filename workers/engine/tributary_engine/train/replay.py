"""The base's own answers to general prompts: what an adapter must not forget.

Fine-tuning on a narrow dataset pulls other answers along (McCloskey and Cohen 1989, "catastrophic
interference"). The base answers a fixed list of prompts once; while an adapter trains, it is held
to the base's own word probabilities on those answers.
"""

import json
import os
import tempfile
from pathlib import Path

import torch

from ..hashes import sha256_hex
from ..model.base_model import BaseModel
from ..serve.decoder import Decoder
from .example import Example

#: Tokens of an answer that are kept; the guard needs the manner of many answers, not long ones.
ANSWER_TOKENS = 8
_BATCH = 20
_PROMPTS = Path(__file__).parent / "general_prompts.json"


def general_prompts() -> list[str]:
    """The prompts, as shipped."""
    return json.loads(_PROMPTS.read_text("utf-8"))


def replay_examples(model: BaseModel, cache: Path) -> list[Example]:
    """The base's greedy answers to the general prompts; generated once per base, then read."""
    prompts = general_prompts()
    key = sha256_hex(json.dumps([model.hash, prompts, ANSWER_TOKENS]).encode())
    path = cache / "replay" / f"{key}.json"
    encoded = [
        model.tokenizer.encode_chat([{"role": "user", "content": prompt}]) for prompt in prompts
    ]
    if path.exists():
        answers = json.loads(path.read_text("utf-8"))
    else:
        answers = greedy_answers(model, encoded, ANSWER_TOKENS)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            json.dump(answers, file)
        os.replace(file.name, path)
    return [
        Example(tuple(prompt), tuple(answer))
        for prompt, answer in zip(encoded, answers)
        if answer
    ]


def greedy_answers(model: BaseModel, prompts: list[list[int]], limit: int) -> list[list[int]]:
    """Greedy answers of the base, end token included where it came within `limit` tokens.

    Always batched in the same way, so that every run gives the same answers.
    """
    answers: list[list[int]] = [[] for _ in prompts]
    for begin in range(0, len(prompts), _BATCH):
        decoder = Decoder(model, _BATCH)
        rows: list[int] = []
        for index in range(begin, min(begin + _BATCH, len(prompts))):
            known = decoder.begin(prompts[index], None)
            token = int(decoder.prefill(prompts[index][known:]).argmax())
            decoder.join()
            rows.append(index)
            answers[index].append(token)
        while True:
            for row in reversed(range(len(rows))):
                answer = answers[rows[row]]
                if answer[-1] in model.config.eos_ids or len(answer) >= limit:
                    decoder.remove(row)
                    last = rows.pop()
                    if row < len(rows):
                        rows[row] = last
            if not rows:
                break
            picked = decoder.step([answers[index][-1] for index in rows]).argmax(-1).tolist()
            for index, token in zip(rows, picked):
                answers[index].append(token)
    return answers
