"""The prefilter: whether a row could matter, decided on as few of its fields as possible.

It is the evaluation with everything but the raw names unread, and it remembers its answer for each spelling,
so four in five rows cost two look-ups in a dict and never become events. Where the names alone do not settle
a row, the evaluation says which facts it needs; those, and no others, are fetched from the row, and what it
answers for their values is remembered too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple, TypeAlias

from parentchild.events import Process
from parentchild.relations.compiled import CompiledRelations
from parentchild.relations.conditions import ATTRIBUTES, Fact
from parentchild.relations.evaluation import Evaluation, Verdict, evaluate
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import image_name
from parentchild.windows.paths import SYSTEM_DRIVES, directory_of
from parentchild.windows.placeholders import missing_name

Answer: TypeAlias = Verdict | None
"""What a prefilter says of a creation: the settled verdict, EXPECTED or UNWATCHED, or `EVALUATE`."""

EVALUATE: Final = None
"""It is not as Windows does it, or that depends on more than was looked at."""

Facts: TypeAlias = Mapping[Fact, str | None]
"""The column of a row in which each fact is; None for one that several columns tell together.

A fact that is not among them is one that the source lacks.
"""

_EXPECTED, _UNWATCHED = Verdict.EXPECTED, Verdict.UNWATCHED
_LINE: Final = Fact.CHILD_COMMAND_LINE
_LACKING: Final = ""  # no row has such a column
_SPELLINGS: Final = 65_536  # a memo that is full starts anew: spellings come from outside
_CHARACTERS: Final = 4 << 20  # of all values that are remembered beside names
_LONGEST: Final = 260  # longer names are evaluated each time: an honest path is not
_LONGEST_VALUE: Final = 1024
_ROW_FACTS: Final = frozenset(Fact) - {Fact.RELEASE}  # no row tells the release


class Prefilter:
    """Tells readers which rows could matter to a detector, without making events of them.

    It is not made to be subclassed: readers look into its memo themselves, which spares them a call a row.

    Args:
        relations: what is expected.
        evidence: comparable names of the images that must be seen, since their doings may be evidence.
        could_be_evidence: tells of such an image's start, from the parent's raw name and the command line,
            whether it could be; without it, each could.
        remembers_processes: whether every start and exit matters, since parents are resolved by pid.
        completes_parents: whether what a row does not tell of the parent may still be found by its pid; what
            depends on it is not settled then.
        sees_exits: whether the exit of a process matters.
        system_drives: the drives on which Windows may lie; those that the detector evaluates with.

    Attributes:
        expected: how many creations it held back because they are as Windows does it; readers add to it.
    """

    __slots__ = (
        "__weakref__",
        "_by_image",
        "_characters",
        "_completed",
        "_could_be_evidence",
        "_evidence",
        "_known",
        "_open",
        "_pairs",
        "_relations",
        "_remembers_processes",
        "_sees_exits",
        "_system_drives",
        "_threads",
        "_unlisted",
        "expected",
    )

    def __init__(
        self,
        relations: CompiledRelations,
        *,
        evidence: frozenset[str] = frozenset(),
        could_be_evidence: Callable[[str, str | None], bool] | None = None,
        remembers_processes: bool = False,
        completes_parents: bool = False,
        sees_exits: bool = False,
        system_drives: frozenset[str] = SYSTEM_DRIVES,
    ) -> None:
        self._relations = relations
        self._system_drives = system_drives
        self._evidence = evidence
        self._could_be_evidence = could_be_evidence
        self._remembers_processes = remembers_processes
        self._completed = _OF_PARENT if completes_parents else frozenset[Fact]()
        self._sees_exits = sees_exits or remembers_processes
        self._pairs: dict[object, dict[object, Answer] | None] = {}
        # All spellings of one image in one place share their answers by parent, and all images that no
        # relation names share one dict: what a flood of invented names costs is a key, not a dict.
        self._by_image: dict[tuple[str, str | None], dict[object, Answer]] = {}
        self._unlisted: dict[object, Answer] = {}
        self._known = 0  # keys in the memo and in all answers by parent
        self._open: dict[tuple[object, object], Opened | None] = {}
        self._characters = 0  # of the values whose answers are in there
        self._threads: dict[object, bool] = {}
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
    def opened(self) -> Mapping[tuple[object, object], Opened | None]:
        """What settles the raw pairs that their names leave open, as far as it was asked; None if nothing.

        It is always the same mapping. A loop looks in here as in `memo`; on a `KeyError`, it asks `settle`.
        """
        return self._open

    @property
    def parents_matter(self) -> bool:
        """Whether any relation is about a parent, so that a child nobody knows may matter too."""
        return bool(self._relations.parents) or self._remembers_processes

    @property
    def exits(self) -> bool:
        """Whether the exit of a process could matter."""
        return self._sees_exits

    def created(self, child: object, parent: object, creator: object = None) -> bool:
        """Tell whether the creation of `child` by `parent`, raw names or full paths, could matter.

        Values that are no names (None, a number, a list) matter: a reader must look at them and complain.

        Args:
            child: the raw name or full path of the child.
            parent: the raw name or full path of the parent.
            creator: that of the process that made the call, where a row tells one apart from the parent;
                then only a child that is unwatched under both cannot matter.

        Cost: two dict look-ups for spellings seen before; an evaluation for a new pair.
        """
        answer = self.answer(child, parent)
        if creator is not None and creator != parent:
            return answer is not _UNWATCHED or self.answer(child, creator) is not _UNWATCHED
        if answer is _EXPECTED:
            self.expected += 1
        return answer is EVALUATE

    def answer(self, child: object, parent: object) -> Answer:
        """Return what the raw names or full paths of a creation alone say; the cost is that of `created`."""
        try:
            by_parent = self._pairs[child]
            return _UNWATCHED if by_parent is None else by_parent[parent]
        except KeyError:
            return self._learn(child, parent)
        except TypeError:  # not hashable, so certainly not a name
            return EVALUATE

    def is_new(self, child: object, parent: object) -> bool:
        """Tell whether a pair is new of which the child is named by a relation, or imitates such a name.

        It is evaluated by its names to answer; whoever has all facts may evaluate those instead.
        """
        if not _is_worth_remembering(child):
            return False
        by_parent = self._of_child(child)
        return by_parent is not None and by_parent is not self._unlisted and parent not in by_parent

    def settle(self, child: object, parent: object, row: Mapping[str, object], columns: Facts) -> Answer:
        """Return what names and the facts that they leave open say of the creation in a row.

        Args:
            child: the raw name or full path of the child.
            parent: the raw name or full path of the parent.
            row: the row, of which only the columns of needed facts are fetched.
            columns: where the facts are.

        Cost: one look-up of the names and needed values for what was seen before; an evaluation otherwise.
        """
        answer = self.answer(child, parent)
        known = self._opened(child, parent) if answer is EVALUATE else None
        if known is None:
            return answer
        found: list[object] = []
        for fact in known.needs:
            column = columns.get(fact, _LACKING)
            if column is None:
                return EVALUATE
            found.append(row.get(column))
        return self._settle(child, parent, known, tuple(found))

    def settle_processes(self, child: Process, parent: Process | None) -> Answer:
        """Return what `settle` returns, of the facts in two processes."""
        name = None if parent is None else parent.name
        answer = self.answer(child.name, name)
        if answer is not EVALUATE or parent is None:
            return answer
        known = self._opened(child.name, name)
        if known is None:
            return EVALUATE
        values = tuple(
            [
                getattr(child if is_of_child else parent, attribute)
                for attribute, is_of_child in map(ATTRIBUTES.__getitem__, known.needs)
            ]
        )
        return self._settle(child.name, name, known, values)

    def settle_values(self, child: object, parent: object, values: Mapping[Fact, object]) -> Answer:
        """Return what `settle` returns, of values that were fetched already."""
        answer = self.answer(child, parent)
        known = self._opened(child, parent) if answer is EVALUATE else None
        if known is None:
            return answer
        return self._settle(child, parent, known, tuple([values.get(fact) for fact in known.needs]))

    def needs(self, child: object, parent: object) -> tuple[Fact, ...]:
        """Return the facts that could settle a creation which its names leave open; () where none could."""
        if self.answer(child, parent) is not EVALUATE:
            return ()
        known = self._opened(child, parent)
        return () if known is None else known.needs

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

    def children_of_interest(self, spellings: Iterable[object]) -> list[object]:
        """Return those spellings whose creation may matter whoever the parent is."""
        return [each for each in spellings if not isinstance(each, str) or not self._is_unlisted(each)]

    def parents_of_interest(self, spellings: Iterable[object]) -> list[object]:
        """Return those spellings that as a parent make the creation of any unlisted image matter."""
        return [each for each in spellings if self.answer("an-unlisted-image.exe", each) is not _UNWATCHED]

    def doubt_drives(self) -> None:
        """Settle no creation by the letter of its drive any more: on some device Windows has another."""
        self._system_drives = frozenset(each for each in self._system_drives if not each.endswith(":"))
        self._forget()

    # names --------------------------------------------------------------------------------------------

    def _learn(self, child: object, parent: object) -> Answer:
        if not (_is_worth_remembering(child) and _is_worth_remembering(parent)):
            return self._of_names(child, parent)
        by_parent = self._of_child(child)
        if by_parent is None:
            return _UNWATCHED
        try:
            return by_parent[parent]
        except KeyError:
            answer = by_parent[parent] = self._of_names(child, parent)
            self._known += 1
            return answer

    def _of_child(self, child: object) -> dict[object, Answer] | None:
        """Return the answers by parent for a child; None where its name is enough."""
        if self._known >= _SPELLINGS:
            self._forget()
        if child not in self._pairs:
            self._pairs[child] = self._answers_for(child)
            self._known += 1
        return self._pairs[child]

    def _forget(self) -> None:
        self._pairs.clear()
        self._by_image.clear()
        self._unlisted.clear()
        self._forget_values()
        self._known = 0

    def _forget_values(self) -> None:
        self._open.clear()
        self._characters = 0

    def _answers_for(self, child: object) -> dict[object, Answer] | None:
        if not isinstance(child, str):
            return self._by_image.setdefault(("", None), {})
        if self._is_unlisted(child):
            return self._unlisted if self.parents_matter else None
        name = image_name(child)
        return self._by_image.setdefault((name, directory_of(child, name)), {})

    def _is_unlisted(self, child: str) -> bool:
        """Tell whether no relation names an image, and it imitates none: then its name says no more."""
        name = image_name(child)
        relations = self._relations
        return not (
            self._remembers_processes
            or not name
            or name in relations.children
            or name in relations.launches
            or name in relations.listed_names
            or name in self._evidence
            or _has_own_place(child)
            or missing_name(child) is not None
            or imitated(name, relations.protected_names) is not None
        )

    def _of_names(self, child: object, parent: object) -> Answer:
        if not self._are_names(child, parent):
            return EVALUATE
        found = self._evaluation(str(child), str(parent), {}, _ROW_FACTS)
        answer = EVALUATE if found.needs or self._is_evidence(found) else _settled(found)
        if answer is EVALUATE:
            self._keep_open(child, parent, found)
        return answer

    def _are_names(self, child: object, parent: object) -> bool:
        """Tell whether both are names that a reader takes as they are, and the child need not be seen."""
        if self._remembers_processes or child.__class__ is not str or parent.__class__ is not str:
            return False
        name = image_name(str(child))
        must_be_seen = name in self._evidence and self._could_be_evidence is None
        return bool(name) and not must_be_seen and missing_name(str(child)) is None

    def _is_evidence(self, found: Evaluation) -> bool:
        return found.child in self._evidence

    def _evaluation(
        self, child: str, parent: str, values: Mapping[Fact, str | None], unread: frozenset[Fact]
    ) -> Evaluation:
        get = values.get
        started = Process(
            child,
            path=get(Fact.CHILD_PATH),
            command_line=get(Fact.CHILD_COMMAND_LINE),
            signer=get(Fact.CHILD_SIGNER),
            integrity=get(Fact.CHILD_INTEGRITY),
            user=get(Fact.CHILD_USER),
            original_name=get(Fact.CHILD_ORIGINAL_NAME),
        )
        starter = Process(
            parent,
            path=get(Fact.PARENT_PATH),
            command_line=get(Fact.PARENT_COMMAND_LINE),
            signer=get(Fact.PARENT_SIGNER),
            integrity=get(Fact.PARENT_INTEGRITY),
            user=get(Fact.PARENT_USER),
        )
        return evaluate(self._relations, started, starter, system_drives=self._system_drives, unread=unread)

    # further facts ------------------------------------------------------------------------------------

    def _opened(self, child: object, parent: object) -> Opened | None:
        """Return what settles a pair that its names leave open; None where nothing could."""
        try:
            return self._open[child, parent]
        except KeyError:
            pass
        except TypeError:
            return None
        found = None
        if self._are_names(child, parent):
            found = self._evaluation(str(child), str(parent), {}, _ROW_FACTS)
        return self._keep_open(child, parent, found)

    def _keep_open(self, child: object, parent: object, found: Evaluation | None) -> Opened | None:
        """Remember and return what settles a pair of which the evaluation of the names is known."""
        known: Opened | None = None
        if found is not None and found.verdict is not Verdict.MISMATCH and not found.missing:
            if found.needs:
                known = Opened(_ordered(found.needs), {})
            if self._is_evidence(found):
                known = Opened(_ordered(found.needs | {_LINE}), {}, known or Opened((), {}))
        if _is_worth_remembering(child) and _is_worth_remembering(parent):
            if len(self._open) >= _SPELLINGS:
                self._forget_values()
            self._open[child, parent] = known
        return known

    def _settle(self, child: object, parent: object, known: Opened, values: tuple[object, ...]) -> Answer:
        if known.beside is not None:
            if self._may_be_evidence(parent, values[known.needs.index(_LINE)]):
                return EVALUATE
            told, known = dict(zip(known.needs, values, strict=True)), known.beside
            values = tuple([told[fact] for fact in known.needs])
        key = values[0] if len(values) == 1 else values  # as `operator.itemgetter` gives them
        try:
            return known.answers[key]
        except KeyError:
            pass
        except TypeError:
            return EVALUATE
        answer = self._of_values(str(child), str(parent), known.needs, values)
        size = sum(len(value) for value in values if isinstance(value, str)) + _ENTRY
        if size <= _LONGEST_VALUE and all(value is None or value.__class__ is str for value in values):
            if self._characters + size > _CHARACTERS:
                self._forget_values()
            known.answers[key] = answer
            self._characters += size
        return answer

    def _may_be_evidence(self, parent: object, line: object) -> bool:
        """Tell whether the start of an image that may be evidence could be, as far as the policy can say."""
        if self._could_be_evidence is None or not (line is None or line.__class__ is str):
            return True
        return self._could_be_evidence(str(parent), None if line is None else str(line))

    def _of_values(
        self, child: str, parent: str, needs: tuple[Fact, ...], values: tuple[object, ...]
    ) -> Answer:
        given: dict[Fact, str | None] = {}
        for fact, value in zip(needs, values, strict=True):
            if value is None or value == "":
                if fact not in self._completed:
                    given[fact] = None
            elif value.__class__ is str and (fact not in _PATHS or "\\" in str(value)):
                given[fact] = str(value)
            else:
                return EVALUATE  # a reader must make text of it first
        answer = self._of_texts(child, parent, given)
        told = {
            fact: None if _is_placeholder(text) else text
            for fact, text in given.items()
            if not (fact in self._completed and _is_placeholder(text))
        }
        if told != given and self._of_texts(child, parent, told) is not answer:
            return EVALUATE  # a reader may or may not take such a text for a value
        return answer

    def _of_texts(self, child: str, parent: str, given: Mapping[Fact, str | None]) -> Answer:
        found = self._evaluation(child, parent, given, _ROW_FACTS - given.keys())
        return EVALUATE if found.needs else _settled(found)


class Opened(NamedTuple):
    """A pair that its names leave open."""

    needs: tuple[Fact, ...]
    """The facts that could settle it, in a fixed order."""
    answers: dict[object, Answer]
    """What was answered for their values: for a tuple of them, or for the value of a single one."""
    beside: Opened | None = None
    """Of an image whose doings may be evidence: what settles its start if it is no evidence."""


def _ordered(facts: AbstractSet[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts & _ROW_FACTS, key=_ORDER.__getitem__))


_PATHS: Final = frozenset({Fact.CHILD_PATH, Fact.PARENT_PATH})
_OF_PARENT: Final = frozenset(fact for fact in _ROW_FACTS if not ATTRIBUTES.get(fact, ("", True))[1])
_ENTRY: Final = 64  # what an entry weighs beside its texts, in characters
_ORDER: Final = {fact: number for number, fact in enumerate(Fact)}


def _settled(found: Evaluation) -> Answer:
    """Return a final verdict that needs no event; a missing parent may still be found by its pid or path."""
    if found.missing is not None or found.verdict not in {_EXPECTED, _UNWATCHED}:
        return EVALUATE
    return found.verdict


def _is_placeholder(text: str | None) -> bool:
    return text is not None and missing_name(text) is not None


def _has_own_place(spelling: str) -> bool:
    """Tell whether a name is a path, which says where the image lies whatever stands beside it."""
    return directory_of(spelling, image_name(spelling)) not in {None, "\\"}


def _is_worth_remembering(spelling: object) -> bool:
    return spelling is None or (spelling.__class__ is str and len(str(spelling)) <= _LONGEST)
