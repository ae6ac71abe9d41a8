"""botocore's descriptions of AWS, cut to the services and operations that our functions call."""

import gzip
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore

FOLDER = "botocore_data"
SERVICES = Path(__file__).with_name("services.json")
SHARED = ("_retry.json", "partitions.json", "sdk-default-configuration.json")

Json = dict[str, Any]


def operations() -> Mapping[str, list[str]]:
    """Return what our functions may call, by service."""
    found: dict[str, list[str]] = json.loads(SERVICES.read_text())
    return found


def write(target: Path, source: Path = Path(botocore.__file__).parent / "data") -> None:
    """Write a data folder that botocore's loader reads, for every region."""
    target.mkdir(parents=True)
    for name in SHARED:
        shutil.copyfile(source / name, target / name)
    _dump(_endpoints(_load(source / "endpoints.json")), target / "endpoints.json")
    for service, names in operations().items():
        _write_service(_newest(source / service), target / service, names)


def _newest(folder: Path) -> Path:
    return max(path for path in folder.iterdir() if path.is_dir())


def _write_service(source: Path, target: Path, names: Iterable[str]) -> None:
    version = target / source.name
    version.mkdir(parents=True)
    _dump(_model(_load(source / "service-2.json.gz"), names), version / "service-2.json")
    rules = _load(source / "endpoint-rule-set-1.json.gz")
    _dump(_without_texts(rules), version / "endpoint-rule-set-1.json")
    for name in ("paginators-1.json", "waiters-2.json"):
        _dump(
            {"pagination": {}} if "pagin" in name else {"version": 2, "waiters": {}}, version / name
        )


def _model(model: Json, names: Iterable[str]) -> Json:
    operations = {name: model["operations"][name] for name in names}
    wanted = set(_reachable(_shape_names(operations), model["shapes"]))
    shapes = {name: shape for name, shape in model["shapes"].items() if name in wanted}
    kept: Json = _without_texts({**model, "operations": operations, "shapes": shapes})
    # botocore reads the documentation of these, and of nothing else.
    if "clientContextParams" in model:
        kept["clientContextParams"] = model["clientContextParams"]
    return kept


def _reachable(names: Iterable[str], shapes: Json) -> Iterator[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(_shape_names(shapes[name]))
            yield name


def _shape_names(value: Any) -> Iterator[str]:
    """Yield every shape that a part of a description points at."""
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        value = value.values()
    elif not isinstance(value, list):
        return
    for part in value:
        yield from _shape_names(part)


def _without_texts(value: Any) -> Any:
    """Drop the documentation, which is most of a description."""
    if isinstance(value, dict):
        return {
            key: _without_texts(part)
            for key, part in value.items()
            if not (key == "documentation" and isinstance(part, str))
        }
    return [_without_texts(part) for part in value] if isinstance(value, list) else value


def _endpoints(endpoints: Json) -> Json:
    """Keep every partition and region, and of the services those whose endpoint we may need."""
    prefixes = {*operations(), "email", "sts"}
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    return endpoints


def _load(path: Path) -> Json:
    raw = path.read_bytes()
    found: Json = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    return found


def _dump(value: Json, path: Path) -> None:
    path.write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")
