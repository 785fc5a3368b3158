"""How an adapter is trained: the default figures are those measured in README.md."""

from dataclasses import dataclass, fields
from typing import Any

from ..adapters.config import PROJECTIONS, AdapterConfig
from ..errors import RequestError
from ..model.base_model import BaseModel
from ..model.config import LlamaConfig

#: Share of the layers, from the top, that are adapted unless a request names others.
UPPER_SHARE = 1 / 3


@dataclass(frozen=True)
class Recipe:
    """Everything beside the records and the seed that decides an adapter.

    r, alpha: rank and scale (alpha / r) of the LoRA matrices; layers, targets: what is adapted;
    epochs, batch, learning_rate: as usual; replay: general examples in each step; guard: weight of
    their divergence from the base.
    """

    layers: tuple[int, ...]
    targets: tuple[str, ...] = tuple(sorted(PROJECTIONS))
    r: int = 8
    alpha: int = 16
    epochs: int = 11
    batch: int = 4
    learning_rate: float = 2e-3
    replay: int = 4
    guard: float = 4.0

    def adapter_config(self) -> AdapterConfig:
        """The shape of the adapter."""
        return AdapterConfig(r=self.r, alpha=self.alpha, targets=self.targets, layers=self.layers)


_NUMBERS = {
    "r": ("r", 1, 64),
    "alpha": ("alpha", 1, 256),
    "epochs": ("epochs", 1, 1000),
    "batch": ("batch", 1, 64),
    "learningRate": ("learning_rate", 1e-6, 0.1),
    "replay": ("replay", 0, 32),
    "guard": ("guard", 0.0, 100.0),
}


def read_recipe(value: Any, model: BaseModel) -> Recipe:
    """A recipe from a request's optional `config`.

    Fields that are absent or null come from the model folder's recipe.json, which holds what suits
    that base, and else from the defaults.
    """
    config = model.config
    adapted = max(1, round(config.layers * UPPER_SHARE))
    chosen: dict[str, Any] = {"layers": tuple(range(config.layers - adapted, config.layers))}
    known = (*_NUMBERS, "layers", "targets")
    for source in (model.recipe, {} if value is None else value):
        if not isinstance(source, dict):
            raise RequestError("config", "config must be an object")
        for key, given in source.items():
            if key not in known:
                raise RequestError("config", f"config.{key} is unknown; known: {', '.join(known)}")
            if given is None:
                continue
            if key == "layers":
                chosen["layers"] = _layers(given, config)
            elif key == "targets":
                chosen["targets"] = _targets(given)
            else:
                name, number = _number(key, given)
                chosen[name] = number
    return Recipe(**chosen)


def _number(key: str, given: Any) -> tuple[str, int | float]:
    name, least, most = _NUMBERS[key]
    whole = next(field for field in fields(Recipe) if field.name == name).type is int
    kind = "a whole number" if whole else "a number"
    if (
        isinstance(given, bool)
        or not isinstance(given, int | float)
        or not least <= given <= most
        or (whole and given != int(given))
    ):
        raise RequestError("config", f"config.{key} must be {kind} from {least:g} to {most:g}")
    return name, int(given) if whole else float(given)


def _layers(given: Any, model: LlamaConfig) -> tuple[int, ...]:
    whole = isinstance(given, list) and all(isinstance(index, int) for index in given)
    indices = set(given) if whole else set()
    if not indices or not indices <= set(range(model.layers)):
        raise RequestError("config", f"config.layers must list layers 0 to {model.layers - 1}")
    return tuple(sorted(indices))


def _targets(given: Any) -> tuple[str, ...]:
    texts = isinstance(given, list) and all(isinstance(name, str) for name in given)
    names = set(given) if texts else set()
    if not names or not names <= set(PROJECTIONS):
        raise RequestError("config", f"config.targets must list some of {', '.join(PROJECTIONS)}")
    return tuple(sorted(names))
