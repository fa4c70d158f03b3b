"""The prefilter: whether a row could matter, decided on as few of its fields as possible.

It is the evaluation with everything but the raw names unread, and it remembers its answer for each spelling,
so four in five rows cost two look-ups in a dict and never become events. Where the names alone do not settle
a row, the evaluation says which facts it needs; those, and no others, are fetched from the row, and what it
answers for their values is remembered too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Final, TypeAlias

from parentchild.events import Process, ProcessCreated, checked_process
from parentchild.relations.compiled import CompiledRelations
from parentchild.relations.conditions import ATTRIBUTES, Fact
from parentchild.relations.evaluation import Evaluation, Verdict, evaluate
from parentchild.relations.images import SESSION_MANAGER
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import fold, image_name, is_kernel
from parentchild.windows.paths import SYSTEM_DRIVES, directory_of
from parentchild.windows.placeholders import is_of_a_cell, missing_name

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
_ENTRY: Final = 64  # what an entry weighs beside its texts, in characters
_ROW_FACTS: Final = frozenset(Fact) - {Fact.RELEASE}  # no row tells the release
_ORDER: Final = {fact: number for number, fact in enumerate(Fact)}
_PATHS: Final = frozenset({Fact.CHILD_PATH, Fact.PARENT_PATH})
_OF_PARENT: Final = frozenset(fact for fact in _ROW_FACTS if not ATTRIBUTES.get(fact, ("", True))[1])


_TO_BE_READ: Final = object()  # a value that a reader has to put together: nothing is settled by it
_ABSENT: Final = object()  # a row has no such column
NONE: Final = frozenset[Fact]()
"""No facts."""


class Opened:
    """A pair that its names leave open, and what the facts say that could settle it.

    Attributes:
        needs: the facts, in a fixed order.
        answers: what was answered, by which of the facts a row has no column for, and by the values of the
            others: by a tuple of them, or by the value of a single one, as `operator.itemgetter` gives them.
        of_event: fetches the values of all of them from an event, which has an attribute for each.
    """

    __slots__ = ("answers", "needs", "of_event")

    def __init__(self, needs: tuple[Fact, ...]) -> None:
        self.needs = needs
        self.answers: dict[frozenset[Fact], dict[object, Answer]] = {NONE: {}}
        self.of_event: Callable[[ProcessCreated], object] = attrgetter(
            *[f"{'process' if of_child else 'parent'}.{name}" for name, of_child in map(_attribute, needs)]
        )


class Evidence:
    """A pair of which the child's doings may be evidence: it must be seen if this start could be.

    Attributes:
        otherwise: what the names say if it could not.
    """

    __slots__ = ("_could_be", "otherwise")

    def __init__(self, could_be: Callable[[str, str | None], bool], otherwise: Answer | Opened) -> None:
        self._could_be = could_be
        self.otherwise = otherwise

    def could_be(self, parent: object, line: object) -> bool:
        """Tell whether the start could be evidence, by the parent's raw name and the command line."""
        if line is None:
            return self._could_be(str(parent), None)
        return line.__class__ is not str or self._could_be(str(parent), str(line))


Known: TypeAlias = Answer | Opened | Evidence
"""What the raw names of a creation say: an answer, or what else has to be looked at for one."""

_ByParent: TypeAlias = dict[object, Known]


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
        pids: if given, a creation matters only if the child has one of these pids, or the parent one of
            `starters`.
        starters: the pids of processes of which it matters what they started.
        system_drives: the drives on which Windows may lie; those that the detector evaluates with.

    Attributes:
        expected: how many creations it held back because they are as Windows does it; readers add to it.
        forgotten: how often it has forgotten what it knew, so that whoever kept some of that lets it go.
        pids: as given; a reader that can tell the pids of a row passes over those of others.
        starters: as given.
    """

    __slots__ = (
        "__weakref__",
        "_by_image",
        "_characters",
        "_completed",
        "_could_be_evidence",
        "_evidence",
        "_known",
        "_pairs",
        "_relations",
        "_remembers_processes",
        "_sees_exits",
        "_system_drives",
        "_threads",
        "_unlisted",
        "expected",
        "forgotten",
        "pids",
        "starters",
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
        pids: frozenset[int] | None = None,
        starters: frozenset[int] = frozenset(),
        system_drives: frozenset[str] = SYSTEM_DRIVES,
    ) -> None:
        self._relations = relations
        self._system_drives = system_drives
        self._evidence = evidence
        self._could_be_evidence = could_be_evidence
        self._remembers_processes = remembers_processes
        self._completed = _OF_PARENT if completes_parents else frozenset[Fact]()
        self._sees_exits = sees_exits or remembers_processes
        self._pairs: dict[object, _ByParent | None] = {}
        # All spellings of one image in one place share what is known by parent, and all images that no
        # relation names share one dict: what a flood of invented names costs is a key, not a dict.
        self._by_image: dict[tuple[str, str | None], _ByParent] = {}
        self._unlisted: _ByParent = {}
        self._known = 0  # keys in the memo and in all that is known by parent
        self._characters = 0  # of the values whose answers are in there
        self._threads: dict[object, bool] = {}
        self.expected = 0
        self.forgotten = 0
        self.pids = pids
        self.starters = starters

    @property
    def memo(self) -> Mapping[object, Mapping[object, Known] | None]:
        """What is known so far, by raw child and raw parent; on a `KeyError`, ask `answer` or `settle`.

        A child with None is unwatched whatever its parent, which then need not be looked at: a text that
        lies in memory untouched takes longer to fetch than to look up. It is always the same mapping, so a
        loop can hold it; what is in it comes and goes.
        """
        return self._pairs

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
        known = self.known(child, parent)
        return known if isinstance(known, Verdict) else EVALUATE

    def known(self, child: object, parent: object) -> Known:
        """Return what the memo holds of two raw names from now on, if they are worth remembering."""
        try:
            by_parent = self._pairs[child]
            return _UNWATCHED if by_parent is None else by_parent[parent]
        except (KeyError, TypeError):  # it is new, or not hashable, and so certainly not a name
            return self._learn(child, parent)

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

        def value(fact: Fact) -> object:
            column = columns.get(fact, _LACKING)
            return _TO_BE_READ if column is None else row.get(column, _ABSENT)

        return self._settle(child, parent, value)

    def settle_processes(self, child: Process, parent: Process | None) -> Answer:
        """Return what `settle` returns, of the facts in two processes."""

        def value(fact: Fact) -> object:
            name, is_of_child = ATTRIBUTES[fact]
            return getattr(child if is_of_child else parent, name)

        return self._settle(child.name, None if parent is None else parent.name, value)

    def settle_values(self, child: object, parent: object, values: Mapping[Fact, object]) -> Answer:
        """Return what `settle` returns, of values that were fetched already."""
        return self._settle(child, parent, values.get)

    def needs(self, child: object, parent: object) -> tuple[Fact, ...]:
        """Return the facts that could settle a creation which its names leave open; () where none could."""
        known = self.known(child, parent)
        if isinstance(known, Evidence):
            otherwise = known.otherwise
            return _ordered({_LINE, *(otherwise.needs if isinstance(otherwise, Opened) else ())})
        return known.needs if isinstance(known, Opened) else ()

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

    def may_learn_from(self, child: object) -> bool:
        """Tell whether the creation of `child`, a raw name or full path, may make a detector doubt drives.

        Then nothing may be settled beyond it before that detector has observed it.
        """
        if not isinstance(child, str) or missing_name(child) is not None:
            return True  # its path may name it
        return image_name(child) == SESSION_MANAGER

    def doubt_drives(self) -> None:
        """Settle no creation by the letter of its drive any more: on some device Windows has another."""
        self._system_drives = frozenset(each for each in self._system_drives if not each.endswith(":"))
        self._forget()

    # names --------------------------------------------------------------------------------------------

    def _learn(self, child: object, parent: object) -> Known:
        if not _is_worth_remembering(child):
            return self._of_names(child, parent)
        by_parent = self._of_child(child)
        if by_parent is None:
            return _UNWATCHED
        if not _is_worth_remembering(parent):
            return self._of_names(child, parent)
        if parent not in by_parent:
            folded = _folded(parent)
            if folded not in by_parent:  # spellings that differ in letter case alone have one answer
                by_parent[folded] = self._of_names(child, parent)
                self._known += 1
            if parent not in by_parent:
                by_parent[parent] = by_parent[folded]
                self._known += 1
        return by_parent[parent]

    def _of_child(self, child: object) -> _ByParent | None:
        """Return what is known by parent of a child; None where its name is enough."""
        if self._known >= _SPELLINGS:
            self._forget()
        pairs = self._pairs
        if child in pairs:
            return pairs[child]
        folded = _folded(child)
        if folded not in pairs:
            pairs[folded] = self._by_parent_of(folded)
            self._known += 1
        if child not in pairs:
            pairs[child] = pairs[folded]
            self._known += 1
        return pairs[child]

    def _forget(self) -> None:
        self.forgotten += 1
        self._pairs.clear()
        self._by_image.clear()
        self._unlisted.clear()
        self._known = self._characters = 0

    def _by_parent_of(self, child: object) -> _ByParent | None:
        if not isinstance(child, str) or _is_for_a_reader(child):
            return self._by_image.setdefault(("", None), {})
        if self._is_unlisted(child):
            return self._unlisted if self.parents_matter else None
        name = image_name(child)
        return self._by_image.setdefault((name, directory_of(child, name)), {})

    def _is_unlisted(self, child: str) -> bool:
        """Tell whether no relation names an image, and it imitates none: then its name says no more.

        Where it lies can matter to a relation about its parent alone.
        """
        name, relations = image_name(child), self._relations
        return not (
            self._remembers_processes
            or not name
            or name in relations.children
            or name in relations.launches
            or name in relations.listed_names
            or name in self._evidence
            or (bool(relations.parents) and directory_of(child, name) not in {None, "\\"})
            or _is_for_a_reader(child)
            or imitated(name, relations.protected_names, relations.placed_names) is not None
        )

    def _of_names(self, child: object, parent: object) -> Known:
        """Return what an evaluation of the names alone says."""
        if self._remembers_processes or child.__class__ is not str or parent.__class__ is not str:
            return EVALUATE  # a reader must make a name of it first
        name = image_name(str(child))
        if not name or _is_for_a_reader(str(child)):
            return EVALUATE
        watched, starter = self._relations.children.get(name), image_name(str(parent))
        if watched is not None and starter not in watched.by_parent and not is_kernel(starter):
            return EVALUATE  # no evaluation is needed to see that the parent is unexpected, or missing
        found = self._evaluation(str(child), str(parent), {}, _ROW_FACTS)
        if found.missing is not None or found.verdict is Verdict.MISMATCH:
            return EVALUATE  # a missing parent may still be found by its pid or path
        known = Opened(_ordered(found.needs)) if found.needs else found.verdict
        if name not in self._evidence:
            return known
        return EVALUATE if self._could_be_evidence is None else Evidence(self._could_be_evidence, known)

    def _evaluation(
        self, child: str, parent: str, values: Mapping[Fact, str | None], unread: frozenset[Fact]
    ) -> Evaluation:
        get = values.get
        # They are texts or None, as whoever fetched them has seen.
        started = checked_process(
            child,
            None,
            path=get(Fact.CHILD_PATH),
            command_line=get(Fact.CHILD_COMMAND_LINE),
            user=get(Fact.CHILD_USER),
            integrity=get(Fact.CHILD_INTEGRITY),
            signer=get(Fact.CHILD_SIGNER),
            original_name=get(Fact.CHILD_ORIGINAL_NAME),
        )
        starter = checked_process(
            parent,
            None,
            path=get(Fact.PARENT_PATH),
            command_line=get(Fact.PARENT_COMMAND_LINE),
            user=get(Fact.PARENT_USER),
            integrity=get(Fact.PARENT_INTEGRITY),
            signer=get(Fact.PARENT_SIGNER),
        )
        return evaluate(self._relations, started, starter, system_drives=self._system_drives, unread=unread)

    # further facts ------------------------------------------------------------------------------------

    def _settle(self, child: object, parent: object, value: Callable[[Fact], object]) -> Answer:
        known = self.known(child, parent)
        if isinstance(known, Evidence):
            line = value(_LINE)
            if known.could_be(parent, None if line is _ABSENT else line):
                return EVALUATE
            known = known.otherwise
        if not isinstance(known, Opened):
            return known
        values = {fact: value(fact) for fact in known.needs}
        absent = frozenset([fact for fact, each in values.items() if each is _ABSENT])
        told = [each for each in values.values() if each is not _ABSENT]
        key = told[0] if len(told) == 1 else tuple(told)
        try:
            return known.answers[absent][key]
        except KeyError:
            pass
        except TypeError:
            return EVALUATE
        answer = self._of_values(str(child), str(parent), values)
        if all(each is None or each.__class__ is str for each in told):
            size = sum([len(str(each)) for each in told]) + _ENTRY
            if size <= _LONGEST_VALUE:
                if self._characters + size > _CHARACTERS:
                    self._forget()
                known.answers.setdefault(absent, {})[key] = answer
                self._characters += size
        return answer

    def _of_values(self, child: str, parent: str, values: Mapping[Fact, object]) -> Answer:
        given: dict[Fact, str | None] = {}
        doubtful: list[Fact] = []
        for fact, value in values.items():
            if value is None or value is _ABSENT or value == "":
                if fact not in self._completed:
                    given[fact] = None
            elif value.__class__ is str and (fact not in _PATHS or "\\" in str(value)):
                given[fact] = text = str(value)
                if missing_name(text) is not None:
                    doubtful.append(fact)
            else:
                return EVALUATE  # a reader must make text of it first
        answer = self._of_texts(child, parent, given)
        if doubtful:
            for fact in doubtful:
                del given[fact]
                if fact not in self._completed:
                    given[fact] = None
            if self._of_texts(child, parent, given) is not answer:
                return EVALUATE  # a reader may or may not take such a text for a value
        return answer

    def _of_texts(self, child: str, parent: str, given: Mapping[Fact, str | None]) -> Answer:
        found = self._evaluation(child, parent, given, _ROW_FACTS - given.keys())
        is_settled = not found.needs and found.missing is None
        return found.verdict if is_settled and found.verdict in {_EXPECTED, _UNWATCHED} else EVALUATE


def _is_for_a_reader(text: str) -> bool:
    """Tell whether only a reader knows the name: it may lie elsewhere in the row, or a table changed it."""
    return missing_name(text) is not None or is_of_a_cell(text) or text.startswith(("'", '="'))


def _attribute(fact: Fact) -> tuple[str, bool]:
    return ATTRIBUTES[fact]


def _ordered(facts: AbstractSet[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts & _ROW_FACTS, key=_ORDER.__getitem__))


def _folded(spelling: object) -> object:
    return fold(spelling) if isinstance(spelling, str) else spelling


def _is_worth_remembering(spelling: object) -> bool:
    return spelling is None or (spelling.__class__ is str and len(str(spelling)) <= _LONGEST)
