"""Findings: what a detector returns, how they are described, shown and tabled."""
