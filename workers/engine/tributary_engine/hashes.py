"""Content hashes: of files, of canonical JSON, and the identities built from them."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

_BARE = re.compile(r"[0-9a-f]{64}")


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical_json(value: Any) -> bytes:
    """RFC 8785 JSON of objects, arrays, integers and strings; floats are not used in identities."""

    def refuse_floats(part: Any) -> None:
        if isinstance(part, float):
            raise TypeError(f"{part} is a float: identities hold integers and strings only")
        if isinstance(part, dict):
            for inner in part.values():
                refuse_floats(inner)
        elif isinstance(part, list):
            for inner in part:
                refuse_floats(inner)

    refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def bare_hash(text: str) -> str | None:
    """`text` as 64 hex digits if it is a SHA-256, bare or after ``0x`` or ``sha256:``, else None."""
    bare = re.sub(r"^(0x|sha256:)", "", text).lower()
    return bare if _BARE.fullmatch(bare) else None


def base_descriptor(weights: str, tokenizer: str, template: str) -> bytes:
    """What a base model is made of; its SHA-256 is the baseHash."""
    return canonical_json({"weights": weights, "tokenizer": tokenizer, "template": template})


def adapter_descriptor(base: str, config: dict[str, Any], weights: str) -> bytes:
    """What an adapter is made of; its SHA-256 is the adapterHash.

    `config` holds r, alpha, targets, layers and dropout.
    """
    return canonical_json({"base": base, "config": config, "weights": weights})
