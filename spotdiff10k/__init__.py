"""spotdiff10k: a dataset factory for personalised image generation that proves its product."""

__version__ = "0.1.0"
