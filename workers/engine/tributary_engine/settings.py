"""What the engine reads from its environment, once."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping
from urllib.parse import urlsplit

DEFAULT_MODEL = "smollm2"


def cache_folder(env: Mapping[str, str]) -> Path:
    """Where converted models and generated answers are kept between runs."""
    root = env.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(root) / "tributary"


#: Fixed, not taken from the machine: the number of threads shows in the last bits of a sum, and so
#: in the hash of an adapter. On shared cores more threads only wait for each other.
DEFAULT_THREADS = 2


@dataclass(frozen=True)
class Settings:
    """The engine's configuration.

    host, port: where it listens; cas_url: the content store; model: folder of the base model;
    cache: folder for what can be made again; threads: OpenMP threads of one operation.
    """

    host: str
    port: int
    cas_url: str
    model: Path
    cache: Path
    threads: int


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from ENGINE_URL, CAS_URL, TRIBUTARY_MODEL, TRIBUTARY_PORT and TRIBUTARY_THREADS."""
    base_port = int(env.get("TRIBUTARY_PORT") or 4100)
    url = urlsplit(env.get("ENGINE_URL") or f"http://127.0.0.1:{base_port + 6}")
    if url.scheme != "http" or not url.hostname or not url.port:
        raise ValueError(f"ENGINE_URL must look like http://127.0.0.1:4106, not {url.geturl()}")
    cache = cache_folder(env)
    model = env.get("TRIBUTARY_MODEL") or DEFAULT_MODEL
    folder = cache / "models" / "smollm2-135m-instruct" if model == DEFAULT_MODEL else Path(model)
    return Settings(
        host=url.hostname,
        port=url.port,
        cas_url=(env.get("CAS_URL") or f"http://127.0.0.1:{base_port + 7}").rstrip("/"),
        model=folder,
        cache=cache,
        threads=int(env.get("TRIBUTARY_THREADS") or DEFAULT_THREADS),
    )
