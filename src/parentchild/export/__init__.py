"""Relations as queries for other systems, and findings as the records that they take in.

Every module here is pure: it turns a registry into text or plain dicts (`kql`, `spl`, `eql`, `esql`,
`sigma`, `pyspark`, `navigator`, `sentinel_rule`), or a finding into one plain dict (`ocsf`, `ecs`,
`sentinel`).
Nothing is run, read or written, and nothing beyond this library is needed.
"""
