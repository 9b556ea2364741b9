"""What a model would have allowed at a path, read from its JSON Schema: for did-you-mean. Never validates."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from gate.manifest.document import Loc
from gate.manifest.located import Tags

Schema = dict[str, Any]


@lru_cache(maxsize=64)
def _schema_of(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


@dataclass(frozen=True, slots=True)
class Shape:
    """Making the schema takes longer than to check a whole manifest: it waits for the first question."""

    model: type[BaseModel]

    @property
    def root(self) -> Schema:
        return _schema_of(self.model)

    def keys(self, path: Loc, tags: Tags) -> list[str]:
        """The keys that a mapping at the path may have."""
        known: dict[str, None] = {}
        for node in self._at(path, tags):
            known.update(dict.fromkeys(node.get("properties", ())))
        return list(known)

    def example(self, path: Loc, tags: Tags) -> str:
        """The first example of the field at the path, as the user would write it."""
        above, key = self._at(path[:-1], tags), path[-1:]
        fields = [node["properties"][key[0]] for node in above if key and key[0] in node.get("properties", {})]
        examples = [example for field in fields for example in field.get("examples", ())]
        return str(examples[0]) if examples else ""

    def _at(self, path: Loc, tags: Tags) -> list[Schema]:
        nodes = self._branches([self.root], 0, tags)
        for depth, part in enumerate(path, 1):
            below = [child for node in nodes if (child := _child(node, part)) is not None]
            nodes = self._branches(below, depth, tags)
        return nodes

    def _branches(self, nodes: list[Schema], depth: int, tags: Tags) -> list[Schema]:
        """The nodes with references and unions resolved; only those that pydantic's tags name, where they name any."""
        named = {tag for at, tag in tags if at == depth}
        flat = [found for node in nodes for found in self._flat(node, "", 0)]
        meant = [node for name, node in flat if named & {name, *_constants(node), *node.get("required", ())}]
        return meant or [node for _, node in flat]

    def _flat(self, node: Schema, name: str, depth: int) -> Iterator[tuple[str, Schema]]:
        if depth > 20:
            return
        if "$ref" in node:
            name = str(node["$ref"]).rsplit("/", 1)[-1]
            yield from self._flat(self.root.get("$defs", {}).get(name, {}), name, depth + 1)
            return
        yield name, node
        for word in ("anyOf", "oneOf", "allOf"):
            for inner in node.get(word, ()):
                yield from self._flat(inner, name, depth + 1)


def _child(node: Schema, part: str | int) -> Schema | None:
    if isinstance(part, int):
        prefix = node.get("prefixItems", ())
        found = prefix[part] if part < len(prefix) else node.get("items")
    else:
        by_pattern = next(iter(node.get("patternProperties", {}).values()), None)
        found = node.get("properties", {}).get(part, by_pattern or node.get("additionalProperties"))
    return found if isinstance(found, dict) else None


def _constants(node: Schema) -> set[str]:
    fields = node.get("properties", {}).values()
    return {str(field["const"]) for field in fields if isinstance(field, dict) and "const" in field}
