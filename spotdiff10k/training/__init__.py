"""The certificate: a small reference model trained on a release, against controls that must fail. Imports no torch by itself."""
