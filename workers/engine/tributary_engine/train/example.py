"""What a model learns from: a prompt and the answer to it, as tokens."""

from dataclasses import dataclass

from ..errors import RequestError
from ..model.base_model import BaseModel

#: Longest record that is trained on; the rest of a longer text is left out.
MAX_TOKENS = 512


@dataclass(frozen=True)
class Example:
    """Loss is taken on `answer` only (with its end token); `record` is None for replay."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    record: int | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        return self.prompt + self.answer


def chat_example(
    model: BaseModel, messages: list[dict[str, str]], answer: str, record: int | None = None
) -> Example:
    """The answer to a chat, closed by the model's end token."""
    prompt = model.tokenizer.encode_chat(messages)
    ids = model.tokenizer.encode(answer)
    if not ids:
        raise RequestError("answer", "an empty answer teaches nothing")
    room = max(1, min(MAX_TOKENS, model.config.context) - len(prompt) - 1)
    closed = ids[:room] if len(ids) > room else [*ids, model.config.eos_ids[0]]
    return Example(tuple(prompt), tuple(closed), record)


def question_example(model: BaseModel, question: str, answer: str, record: int) -> Example:
    """A question and its answer, put as a user would ask it."""
    return chat_example(model, [{"role": "user", "content": question}], answer, record)


def text_example(model: BaseModel, text: str, record: int) -> Example:
    """A plain text, predicted token by token from the begin token (or its own first token)."""
    ids = model.tokenizer.encode(text)[:MAX_TOKENS]
    if model.config.bos_id is not None:
        ids = [model.config.bos_id, *ids]
    if len(ids) < 2:
        raise RequestError("text", "a text of less than two tokens teaches nothing")
    return Example(tuple(ids[:1]), tuple(ids[1:]), record)
