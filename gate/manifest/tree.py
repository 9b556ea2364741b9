"""A graph of YAML nodes as the tree of JSON values that it stands for, each with its place. Bounds what it unfolds."""

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gate.core.jsons import Json
from gate.core.mistakes import ManifestError, Mistake
from gate.core.places import Place
from gate.manifest.document import Document, Loc, Spot, dotted
from gate.manifest.scalars import Doubtful, read
from gate.manifest.words import clipped

PLAIN, OTHER = "plain", "other"
"""How a node's type is told, in the place of its tag: by an unquoted word, or by its form. Any other tag is written."""


def place_of(file: str, mark: Mark | None) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)


def _is_broken(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


class Tree:
    """Walks the node graph as the tree that it stands for, and counts what it meets."""

    def __init__(self, file: str, most_nodes: int, most_depth: int) -> None:
        self.file = file
        self.spots: dict[Loc, Spot] = {}
        self.mistakes: list[Mistake] = []
        self._above: set[int] = set()
        self._most_nodes, self._most_depth = most_nodes, most_depth
        self._count = 0

    def document(self, root: Node) -> Document:
        data = self._build(root, (), None)
        return Document(self.file, data, self.spots, tuple(self.mistakes))

    def _build(self, node: Node, loc: Loc, key: Place | None) -> Json:
        place = place_of(self.file, node.start_mark)
        self._bound(node, loc, key or place)
        written = isinstance(node, ScalarNode) and (node.value or node.tag == OTHER)
        self.spots[loc] = Spot(place if written or key is None else key, key)
        if node.tag not in (PLAIN, OTHER):
            word = clipped(node.tag.replace("tag:yaml.org,2002:", "!!"))
            self._mistake(place, f"the tag {word} on {dotted(loc)}", "delete it: types are read as they are written")
            return None
        self._above.add(id(node))
        try:
            match node:
                case MappingNode():
                    return self._mapping(node, loc)
                case SequenceNode():
                    return [self._build(item, (*loc, index), None) for index, item in enumerate(node.value)]
                case _:
                    return self._scalar(node, loc, place)
        finally:
            self._above.discard(id(node))

    def _bound(self, node: Node, loc: Loc, place: Place) -> None:
        self._count += 1
        if id(node) in self._above:
            what = f"{dotted(loc)} is an alias of something that holds it"
            raise ManifestError([Mistake(place, what, hint="write the value out")])
        if self._count > self._most_nodes or len(loc) > self._most_depth:
            what = "the aliases of this file unfold to too much"
            most = f"at most {self._most_nodes:,} values, {self._most_depth} levels deep"
            raise ManifestError([Mistake(place, what, expected=most)])

    def _scalar(self, node: Node, loc: Loc, place: Place) -> Json:
        text = str(node.value)
        if _is_broken(text):
            self._mistake(place, f"{dotted(loc)} holds half of a surrogate pair", "write the character itself")
            return None
        value = read(text) if node.tag == PLAIN else text
        if isinstance(value, Doubtful):
            self.mistakes.append(Mistake(place, f"{dotted(loc)} {value.what}", text[:60], hint=value.hint))
            return None
        return value

    def _mapping(self, node: MappingNode, loc: Loc) -> Json:
        data: dict[str, Json] = {}
        for key_node, value_node in node.value:
            place = place_of(self.file, key_node.start_mark)
            key = self._key(key_node, place)
            if key is None:
                continue
            if key in data:
                first = self.spots[(*loc, key)].key
                where = f"line {first.line}, column {first.column}" if first else "above"
                self._mistake(place, f"the key {key!r} stands twice in {dotted(loc)}", f"the first is at {where}")
                continue
            data[key] = self._build(value_node, (*loc, key), place)
        return data

    def _key(self, node: Node, place: Place) -> str | None:
        if not isinstance(node, ScalarNode) or node.tag not in (PLAIN, OTHER):
            self._mistake(place, "a key that is no text", "a key is one word, or a text in quotes")
            return None
        if node.value == "<<" and node.tag == PLAIN:
            self._mistake(place, "a merge key <<", "write the keys out, or use an alias for a whole value")
            return None
        if node.tag == PLAIN and not isinstance(read(node.value), str):
            found = node.value[:60]
            hint = f'write "{found}" in quotes' if found else "give it a name"
            self.mistakes.append(Mistake(place, "a key that is no text", found or "nothing", hint=hint))
            return None
        if _is_broken(node.value):
            self._mistake(place, "a key that holds half of a surrogate pair", "write the character itself")
            return None
        return str(node.value)

    def _mistake(self, place: Place, what: str, hint: str) -> None:
        self.mistakes.append(Mistake(place, what, hint=hint))
