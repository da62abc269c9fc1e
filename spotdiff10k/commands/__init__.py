"""One file a verb; thin: parse, call the stage, print."""
