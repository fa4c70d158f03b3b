"""Convert the default relations' Sigma rules with pySigma's backends: `python docs/sigma_conversions.py`.

It prints for each backend how many rules it converted, and why not the others. The result stands in
export.md. It needs pysigma-backend-splunk, -elasticsearch, -loki, -crowdstrike and -carbonblack.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from sigma.backends.carbonblack import CarbonBlackBackend
from sigma.backends.crowdstrike import LogScaleBackend
from sigma.backends.elasticsearch import EqlBackend, ESQLBackend, LuceneBackend
from sigma.backends.loki import LogQLBackend
from sigma.backends.splunk import SplunkBackend
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError
from sigma.pipelines.carbonblack import CarbonBlack_pipeline
from sigma.pipelines.crowdstrike import crowdstrike_falcon_pipeline
from sigma.pipelines.elasticsearch import ecs_windows
from sigma.pipelines.loki import loki_promtail_sysmon
from sigma.pipelines.splunk import splunk_windows_pipeline

from parentchild import DEFAULT_RELATIONS
from parentchild.export import sigma

TARGETS = {
    "Splunk": (SplunkBackend, splunk_windows_pipeline),
    "Lucene": (LuceneBackend, ecs_windows),
    "EQL": (EqlBackend, ecs_windows),
    "ES|QL": (ESQLBackend, ecs_windows),
    "Loki": (LogQLBackend, loki_promtail_sysmon),
    "CrowdStrike LogScale": (LogScaleBackend, crowdstrike_falcon_pipeline),
    "Carbon Black": (CarbonBlackBackend, CarbonBlack_pipeline),
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # Loki's backend tells how it divides a query
    rules = list(sigma.render_files(DEFAULT_RELATIONS).values())
    for name, (backend, pipeline) in TARGETS.items():
        refused: Counter[str] = Counter()
        for rule in rules:
            try:
                backend(pipeline()).convert(SigmaCollection.from_yaml(rule))
            except (SigmaError, NotImplementedError) as error:  # noqa: PERF203 - counted, not passed on
                refused[str(error).partition("(")[0].strip()[:100]] += 1
        print(f"{name}: {len(rules) - refused.total()} of {len(rules)}", *refused.items(), sep="\n    ")
