"""Relations as queries for other systems, and findings as the records that they take in.

Every module here is pure: it turns a registry into text or plain dicts (`kql`, `sigma`, `eql`, `pyspark`), or
a finding into one plain dict (`ocsf`, `ecs`, `sentinel`). Nothing is run, read or written, and nothing beyond
this library is needed. `columns` declares the flat form of a finding that `Finding.to_dict` gives.
"""
