"""The prefilter: whether a row could matter, decided on its raw names alone.

Four in five process creations have a child that nobody watches. The prefilter remembers its answer for each
spelling it has seen, so such a row costs two look-ups in a dict and never becomes an event. It answers from
names as they are logged, base names or full paths; where a watched child's names leave only its directories
open, it answers from the paths beside them. What depends on more (a command line, a signer, who made the
call) it lets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from parentchild.events import Process
from parentchild.relations.evaluation import Verdict, evaluate, is_settled_by_names
from parentchild.relations.relation import RelationTable
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import fold, image_name
from parentchild.windows.paths import directory_of

_SPELLINGS = 65_536  # a memo that is full starts anew: spellings come from outside and must not fill memory
_LONGEST = (
    260  # longer ones are judged each time: an honest path is not, and a hundred thousand would be much
)


Answer: TypeAlias = Verdict | None
"""What names alone say of a creation: the settled verdict, or `EVALUATE`."""

EVALUATE: Final = None
"""It is not as Windows does it, or that depends on more than names."""

_NO_NAMES = frozenset({"", "-", "?", "n/a", "unknown", "null sid", "s-1-0-0"})
"""Texts by which a source may say that it knows no name; then a path beside it may tell what it is."""

_PLAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
"""A base name with an extension, in which there is nothing to cut off."""

_EVALUATE, _EXPECTED, _UNWATCHED = EVALUATE, Verdict.EXPECTED, Verdict.UNWATCHED


class Prefilter:
    """Tells readers which rows could matter to a detector, without making events of them.

    It is not made to be subclassed: readers look into its memo themselves, which spares them a call a row.

    Args:
        table: the relations to judge by.
        evidence: comparable names of the images that a suppression policy needs to see.
        remembers_processes: whether every start and exit matters, since parents are resolved by pid.
        names_settle_unlisted: whether evidence about an image that no relation names clears nothing, so that
            no row about one can matter unless its parent does.

    Attributes:
        expected: how many creations it held back because they are as Windows does it; readers add to it.
    """

    __slots__ = (
        "_evidence",
        "_listed",
        "_known",
        "_names_settle_unlisted",
        "_needs_paths",
        "_pairs",
        "_places",
        "_remembers_processes",
        "_by_image",
        "_unlisted",
        "_table",
        "_threads",
        "expected",
    )

    def __init__(
        self,
        table: RelationTable,
        *,
        evidence: frozenset[str] = frozenset(),
        remembers_processes: bool = False,
        names_settle_unlisted: bool = False,
    ) -> None:
        self._table = table
        self._evidence = evidence
        self._remembers_processes = remembers_processes
        self._names_settle_unlisted = names_settle_unlisted
        self._listed = frozenset(
            row.name for relation in table.children.values() for row in relation.children
        )
        self._pairs: dict[object, dict[object, Answer] | None] = {}
        # All spellings of one image in one place share a by_parent of answers by parent, and all images that no
        # relation names share one: what a flood of invented names costs is a key, not a dict.
        self._by_image: dict[tuple[str, str | None], dict[object, Answer]] = {}
        self._unlisted: dict[object, Answer] = {}
        self._known = 0  # keys in the memo and on all by_parents
        self._places: dict[tuple[object, object, object, object], Answer] = {}
        self._threads: dict[object, bool] = {}
        self._needs_paths = _depends_on_paths(table)
        self.expected = 0

    @property
    def memo(self) -> Mapping[object, Mapping[object, Answer] | None]:
        """What it answered so far, by raw child and raw parent; on a `KeyError`, ask `answer`.

        A child with None is unwatched whatever its parent, which then need not be looked at: a text that
        lies in memory untouched takes longer to fetch than to look up. It is always the same mapping, so a
        loop can hold it; answers come and go.
        """
        return self._pairs

    @property
    def unlisted(self) -> Mapping[object, Answer]:
        """What all images that no relation names share in the memo, where their parents matter."""
        return self._unlisted

    @property
    def names_settle_unlisted(self) -> bool:
        """Whether a row about an image that no relation names is settled by the names of a creation alone."""
        return self._names_settle_unlisted

    @property
    def needs_paths(self) -> bool:
        """Whether any relation depends on directories, so that `answer_with_paths` is worth asking."""
        return self._needs_paths

    @property
    def parents_matter(self) -> bool:
        """Whether any relation is about a parent, so that a child nobody knows may matter too."""
        return bool(self._table.children) or self._remembers_processes

    def created(self, child: object, parent: object) -> bool:
        """Tell whether the creation of `child` by `parent`, raw names or full paths, could matter.

        Values that are no names (None, a number, a list) matter: a reader must look at them and complain.

        Cost: two dict look-ups for spellings seen before; a evaluation for a new pair.
        """
        answer = self.answer(child, parent)
        if answer is _EXPECTED:
            self.expected += 1
        return answer is _EVALUATE

    def answer(self, child: object, parent: object) -> Answer:
        """Return what the raw names or full paths of a creation alone say; the cost is that of `created`."""
        try:
            by_parent = self._pairs[child]
            return _UNWATCHED if by_parent is None else by_parent[parent]
        except KeyError:
            return self._learn(child, parent)
        except TypeError:  # not hashable, so certainly not a name
            return _EVALUATE

    def answer_with_paths(
        self, child: object, child_path: object, parent: object, parent_path: object
    ) -> Answer:
        """Return what names and paths together say, where names alone left a creation open.

        Paths are what the reader will take as the paths of the two; None or `""` where the row gives none.

        Cost: one look-up of four texts for what was seen before; a evaluation for what was not.
        """
        key = (child, child_path, parent, parent_path)
        try:
            return self._places[key]
        except KeyError:
            answer = self._settled(child, child_path, parent, parent_path)
            if all(map(_is_worth_remembering, key)):
                if len(self._places) >= _SPELLINGS:
                    self._places.clear()
                self._places[key] = answer
            return answer
        except TypeError:
            return _EVALUATE

    def thread(self, source: object) -> bool:
        """Tell whether a remote thread made by `source`, a raw name or full path, could matter."""
        try:
            return self._threads[source]
        except KeyError:
            matters = not isinstance(source, str) or image_name(source) in self._evidence
            if _is_worth_remembering(source):
                if len(self._threads) >= _SPELLINGS:
                    self._threads.clear()
                self._threads[source] = matters
            return matters
        except TypeError:
            return True

    @property
    def exits(self) -> bool:
        """Whether the exit of a process could matter."""
        return self._remembers_processes

    def children_of_interest(self, spellings: Iterable[object]) -> list[object]:
        """Return those spellings whose creation may matter whoever the parent is."""
        return [each for each in spellings if not isinstance(each, str) or not self._is_unlisted(each)]

    def parents_of_interest(self, spellings: Iterable[object]) -> list[object]:
        """Return those spellings that as a parent make the creation of any unknown image matter."""
        return [each for each in spellings if self.answer("a-stranger.exe", each) is not _UNWATCHED]

    def _learn(self, child: object, parent: object) -> Answer:
        if not (_is_worth_remembering(child) and _is_worth_remembering(parent)):
            return self._answer(child, parent)
        if self._known >= _SPELLINGS:
            self._forget()
        if child not in self._pairs:
            self._pairs[child] = self._answers_for(child)
            self._known += 1
        by_parent = self._pairs[child]
        if by_parent is None:
            return _UNWATCHED
        answer = by_parent.get(parent)
        if answer is None:
            answer = by_parent[parent] = self._answer(child, parent)
            self._known += 1
        return answer

    def _forget(self) -> None:
        self._pairs.clear()
        self._by_image.clear()
        self._unlisted.clear()
        self._known = 0

    def _answers_for(self, child: object) -> dict[object, Answer] | None:
        if not isinstance(child, str):
            return self._by_image.setdefault(("", None), {})
        if self._is_unlisted(child):
            return self._unlisted if self.parents_matter else None
        name = image_name(child)
        return self._by_image.setdefault((name, directory_of(child, name)), {})

    def _is_unlisted(self, child: str) -> bool:
        """Tell whether no relation names an image, and it imitates none: then its name says no more."""
        # Nearly all spellings are plain, and to cut a path is most of what a new one costs.
        name = child.lower() if _PLAIN.fullmatch(child) else image_name(child)
        return (
            not _is_no_name(child, name)
            and not self._remembers_processes
            and name not in self._table.parents
            and name not in self._table.children
            and name not in self._listed
            and name not in self._evidence
            and imitated(name, self._table.protected_names) is None
        )

    def _answer(self, child: object, parent: object) -> Answer:
        if self._remembers_processes or not isinstance(child, str) or not isinstance(parent, str):
            return _EVALUATE
        if child.__class__ is not str or parent.__class__ is not str:
            return _EVALUATE  # a reader must make plain text of it first
        name = image_name(child)
        if _is_no_name(child, name) or name in self._evidence:
            return _EVALUATE
        started, starter = Process(child), Process(parent)
        evaluation = evaluate(self._table, started, starter)
        if evaluation.missing is not None or _is_no_name(parent, evaluation.parent):
            return _EVALUATE  # a pid or a path may tell what the name does not
        if evaluation.verdict is Verdict.EXPECTED:
            return _EXPECTED if is_settled_by_names(self._table, evaluation, started, starter) else _EVALUATE
        return _UNWATCHED if evaluation.verdict is Verdict.UNWATCHED else _EVALUATE

    def _settled(self, child: object, child_path: object, parent: object, parent_path: object) -> Answer:
        if self.answer(child, parent) is not _EVALUATE:
            return self.answer(child, parent)
        if self._remembers_processes or not isinstance(child, str) or not isinstance(parent, str):
            return _EVALUATE
        name = image_name(child)
        if (
            _is_no_name(child, name)
            or name in self._evidence
            or not (_is_path(child_path) and _is_path(parent_path))
        ):
            return _EVALUATE
        started = Process(child, path=str(child_path) if child_path else None)
        starter = Process(parent, path=str(parent_path) if parent_path else None)
        evaluation = evaluate(self._table, started, starter)
        if (
            evaluation.missing is not None
            or evaluation.verdict is not Verdict.EXPECTED
            or _is_no_name(parent, evaluation.parent)
        ):
            return _EVALUATE
        # Where a row gives no directory, none will be known later either: any will do to ask what is left.
        anywhere = (Process(child, path="\\" + child), Process(parent, path="\\" + parent))
        return _EXPECTED if is_settled_by_names(self._table, evaluation, *anywhere) else _EVALUATE


def _depends_on_paths(table: RelationTable) -> bool:
    of_parents = [row for relation in table.parents.values() for row in relation.parents]
    of_children = [row for relation in table.children.values() for row in relation.children]
    return any(relation.directories for relation in table.parents.values()) or any(
        row.directories or row.counterpart_directories for row in (*of_parents, *of_children)
    )


def _is_no_name(spelling: str, name: str) -> bool:
    return not name or (len(spelling) <= _LONGEST and fold(spelling.strip()) in _NO_NAMES)


def _is_path(value: object) -> bool:
    """Tell whether a reader takes a value as it is: a text with a backslash, or nothing at all."""
    return value is None or (value.__class__ is str and (value == "" or "\\" in str(value)))


def _is_worth_remembering(spelling: object) -> bool:
    return spelling is None or (spelling.__class__ is str and len(str(spelling)) <= _LONGEST)
