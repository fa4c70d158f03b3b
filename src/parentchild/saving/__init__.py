"""Saving: records as JSON values, and those read back. It knows types of records, not what they are about."""
