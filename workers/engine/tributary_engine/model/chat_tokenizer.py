"""Text to tokens and back, and the chat template, without the weight of transformers."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from ..errors import ModelFolderError, RequestError


class ChatTokenizer:
    """A tokenizer.json with its chat template, rendered in Jinja's sandbox."""

    def __init__(self, tokenizer: Tokenizer, template: str, special: dict[str, str]) -> None:
        self.template = template
        self._tokenizer = tokenizer
        self._special = special
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols]
        )
        environment.filters["tojson"] = lambda value, **kw: json.dumps(
            value, ensure_ascii=False, **kw
        )
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
        self._compiled = environment.from_string(template)

    @classmethod
    def from_folder(cls, folder: Path) -> "ChatTokenizer":
        """Read tokenizer.json, tokenizer_config.json and chat_template.jinja (if it is a file)."""
        path = folder / "tokenizer.json"
        if not path.exists():
            raise ModelFolderError("model_tokenizer", f"{folder} has no tokenizer.json")
        settings: dict[str, Any] = {}
        if (folder / "tokenizer_config.json").exists():
            settings = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
        template_file = folder / "chat_template.jinja"
        if template_file.exists():
            template = template_file.read_text("utf-8")
        else:
            template = settings.get("chat_template")
        if not isinstance(template, str):
            raise ModelFolderError("model_template", f"{folder} has no chat template")
        special = {
            key: value["content"] if isinstance(value, dict) else value
            for key, value in settings.items()
            if key in ("bos_token", "eos_token", "pad_token", "unk_token") and value
        }
        return cls(Tokenizer.from_file(str(path)), template, special)

    def render_chat(self, messages: list[dict[str, str]]) -> str:
        """The prompt text for `messages` ({role, content}), ending where the assistant speaks."""
        try:
            return self._compiled.render(
                messages=messages, add_generation_prompt=True, tools=None, **self._special
            )
        except TemplateError as error:
            raise RequestError("messages", f"the chat template refuses: {error}") from error

    def encode_chat(self, messages: list[dict[str, str]]) -> list[int]:
        """Prompt tokens of `messages`."""
        return self._tokenizer.encode(self.render_chat(messages), add_special_tokens=False).ids

    def encode(self, text: str) -> list[int]:
        """Tokens of a text as such, without begin or end tokens."""
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def encode_with_offsets(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Tokens and where each lies in `text`, counted in UTF-16 code units as JavaScript does."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        if all(ord(char) < 0x10000 for char in text):
            return encoding.ids, list(encoding.offsets)
        units = [0]
        for char in text:
            units.append(units[-1] + (2 if ord(char) >= 0x10000 else 1))
        return encoding.ids, [(units[start], units[end]) for start, end in encoding.offsets]

    def decode(self, ids: list[int]) -> str:
        """Text of tokens, special tokens left out."""
        return self._tokenizer.decode(ids, skip_special_tokens=True)


def _refuse(message: str) -> None:
    raise TemplateError(message)
