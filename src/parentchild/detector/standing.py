"""Findings made from groups: what stands of a pair, and what evidence took away from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from parentchild.detector.groups import Group, Tally
from parentchild.events import ProcessCreated
from parentchild.findings.devices import DeviceSet, device_set_of
from parentchild.findings.finding import Activity, Finding, finding_order, severity_of
from parentchild.relations.evaluation import expected_names


def finding_of(group: Group, activity: Activity) -> Finding:
    """Return the finding of a group on which something stands. Cost: independent of its devices."""
    event, last_seen = group.earliest(), group.latest()
    if event is None or last_seen is None:
        raise AssertionError("a finding needs something that stands")
    return _finding(
        group,
        activity,
        event,
        last_seen,
        devices=group.devices,
        occurrences=group.occurrences,
        suppressed=group.suppressed,
        device_set=group.device_set.now(),
    )


def standing(groups: Iterable[Group]) -> tuple[Finding, ...]:
    """Return what stands of groups, the most severe first, then the earliest."""
    findings = (
        finding_of(group, Activity.CREATED if group.devices == 1 else Activity.UPDATED)
        for group in groups
        if group.devices
    )
    return tuple(sorted(findings, key=finding_order))


def cleared(groups: Iterable[Group]) -> tuple[Finding, ...]:
    """Return what evidence took away from groups and is still remembered singly, as closed findings."""
    findings = (_cleared(group) for group in groups)
    return tuple(sorted((finding for finding in findings if finding is not None), key=finding_order))


def _cleared(group: Group) -> Finding | None:
    whole = Tally()
    devices: set[str] = set()
    for event in group.cleared_events():
        whole.add(event)
        devices.add(event.device)
    if whole.first is None or whole.last is None:
        return None
    return _finding(
        group,
        Activity.CLOSED,
        whole.first,
        whole.last,
        devices=len(devices),
        occurrences=whole.count,
        suppressed=whole.count,
        device_set=device_set_of(tuple(sorted(devices))),
    )


def _finding(
    group: Group,
    activity: Activity,
    event: ProcessCreated,
    last_seen: datetime,
    *,
    devices: int,
    occurrences: int,
    suppressed: int,
    device_set: DeviceSet,
) -> Finding:
    reason, child, parent = group.key
    relation = group.evaluation.relation
    return Finding(
        activity=activity,
        reasons=(reason,),
        severity=severity_of(relation, (reason,)),
        child=child,
        parent=parent,
        expected=expected_names(group.evaluation, reason),
        relation=relation,
        event=event,
        first_seen=event.timestamp,
        last_seen=last_seen,
        device_count=devices,
        device_count_is_exact=group.is_exact,
        occurrences=occurrences,
        suppressed=suppressed,
        imitates=group.evaluation.imitates,
        device_set=device_set,
    )
