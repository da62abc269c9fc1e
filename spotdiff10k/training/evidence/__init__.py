"""The evidence: what a trained reference model shows on subjects it never saw, against controls that must fail."""
