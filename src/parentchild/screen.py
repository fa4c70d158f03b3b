"""The screen: whether a row could matter, decided on its raw names alone.

Four in five process creations have a child that nobody watches. The screen remembers its answer for each
spelling it has seen, so such a row costs two look-ups in a dict and never becomes an event. It answers from
names as they are logged, base names or full paths; what depends on more (a path, a command line, who made
the call) it lets through.
"""

from __future__ import annotations

import enum

from parentchild.events import Process
from parentchild.names import image_name
from parentchild.relations import RelationTable
from parentchild.verdicts import Verdict, is_settled_by_names, judge

_SPELLINGS = 65_536  # a memo that is full starts anew: spellings come from outside and must not fill memory
_LONGEST = (
    260  # longer ones are judged each time: an honest path is not, and a hundred thousand would be much
)


class Interest(enum.Enum):
    """What the names of a creation alone say."""

    UNWATCHED = "unwatched"
    """No relation says anything about it."""
    EXPECTED = "expected"
    """It is as Windows does it, whatever else is known of it."""
    OPEN = "open"
    """It is not as Windows does it, or that depends on more than names."""


class Screen:
    """Tells readers which rows could matter to a detector, without making events of them.

    Args:
        table: the relations to judge by.
        evidence: comparable names of the images that a suppression policy needs to see.
        remembers_processes: whether every start and exit matters, since parents are resolved by pid.
    """

    __slots__ = ("_evidence", "_known", "_pairs", "_remembers_processes", "_table", "_threads")

    def __init__(
        self,
        table: RelationTable,
        *,
        evidence: frozenset[str] = frozenset(),
        remembers_processes: bool = False,
    ) -> None:
        self._table = table
        self._evidence = evidence
        self._remembers_processes = remembers_processes
        self._pairs: dict[object, dict[object, Interest]] = {}
        self._known = 0  # pairs in the memo, over all children
        self._threads: dict[object, bool] = {}

    def created(self, child: object, parent: object) -> bool:
        """Tell whether the creation of `child` by `parent`, raw names or full paths, could matter.

        Values that are no names (None, a number, a list) matter: a reader must look at them and complain.

        Cost: two dict look-ups for spellings seen before; a judgement for a new pair.
        """
        return self.interest(child, parent) is Interest.OPEN

    def interest(self, child: object, parent: object) -> Interest:
        """Return what the raw names or full paths of a creation alone say; the cost is that of `created`."""
        try:
            return self._pairs[child][parent]
        except KeyError:
            return self._learn(child, parent)
        except TypeError:  # not hashable, so certainly not a name
            return Interest.OPEN

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

    def _learn(self, child: object, parent: object) -> Interest:
        interest = self._interest(child, parent)
        if _is_worth_remembering(child) and _is_worth_remembering(parent):
            if self._known >= _SPELLINGS:
                self._pairs.clear()
                self._known = 0
            self._pairs.setdefault(child, {})[parent] = interest
            self._known += 1
        return interest

    def _interest(self, child: object, parent: object) -> Interest:
        if self._remembers_processes or not isinstance(child, str) or not isinstance(parent, str):
            return Interest.OPEN
        if image_name(child) in self._evidence:
            return Interest.OPEN
        started, starter = Process(child), Process(parent)
        judgement = judge(self._table, started, starter)
        if judgement.gap is not None or not judgement.child:
            return Interest.OPEN  # a pid or a path may tell what the name does not
        if judgement.verdict is Verdict.EXPECTED:
            settled = is_settled_by_names(self._table, judgement, started, starter)
            return Interest.EXPECTED if settled else Interest.OPEN
        return Interest.UNWATCHED if judgement.verdict is Verdict.UNWATCHED else Interest.OPEN


def _is_worth_remembering(spelling: object) -> bool:
    return spelling is None or (isinstance(spelling, str) and len(spelling) <= _LONGEST)
