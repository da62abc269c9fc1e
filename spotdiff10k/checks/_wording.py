"""Faults of a text as a text: what templates leave behind, doubled words, wrong articles, and about how many tokens it takes."""

import math
import re
from functools import lru_cache

FRAME_TOKENS = 2
"""Start and end."""
KEPT_TEXTS = 1024
"""Phrases of levels come again with every sample."""
LETTERS_A_TOKEN = 9
"""Text encoders know most words of up to so many letters as one token; longer ones are cut."""

_RESIDUE = re.compile(r"[{}<>|\\]|%[sdr]\b|\$\w|\bNone\b|\b[Nn]a[Nn]\b|\bnull\b|\bundefined\b|\bTODO\b|\bLorem\b")
_DOUBLED = re.compile(r"\b([^\W\d_]+)\s+\1\b", re.IGNORECASE)
_A_BEFORE_VOWEL = re.compile(r"\ba (?=[aeio]|u(?!ni|s[aeu]|ti|-|k|b))(?!(?:one|once|eu|ewe)\w*)\w+", re.IGNORECASE)
_AN_BEFORE_CONSONANT = re.compile(r"\b[Aa]n (?=[b-df-hj-np-tv-z])(?!(?:hour|honest|honour|honor|heir)\w*)[a-z]{2,}")
_PUNCTUATION = re.compile(r"\s[,.;:]|[,;:]\s*[,.;:]|^\s*[,.;:]|,\s*$")
_SPACING = re.compile(r"^\s|\s$|\s{2}")
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PIECES = re.compile(r"[^\W\d_]+|\d|[^\w\s]")


def wording_faults(text: str) -> list[str]:
    """What is wrong with a caption, as clauses; empty where nothing is."""
    if not text.strip():
        return ["it is empty"]
    faults: list[str] = []
    if unprintable := next((letter for letter in text if not letter.isprintable() or letter == "\ufffd"), ""):
        faults.append(f"it holds the character U+{ord(unprintable):04X}")
    clauses = (
        (_RESIDUE, "holds '{}', which templates leave behind"),
        (_DOUBLED, "says '{}'"),
        (_A_BEFORE_VOWEL, "says '{}'"),
        (_AN_BEFORE_CONSONANT, "says '{}'"),
        (_PUNCTUATION, "has '{}', a stop that ends nothing"),
        (_SPACING, "has spaces where none belong"),
    )
    faults.extend(f"it {clause.format(found[0])}" for pattern, clause in clauses if (found := pattern.search(text)))
    return faults


def token_estimate(text: str) -> int:
    """About how many tokens CLIP's text encoder makes of a text: one a word, digit and stop, more for long words."""
    return FRAME_TOKENS + sum(math.ceil(len(piece) / LETTERS_A_TOKEN) for piece in _PIECES.findall(text))


@lru_cache(maxsize=KEPT_TEXTS)
def words_of(text: str) -> str:
    """The words of a text with one space between them, without what does not change their meaning: case, stops, and a/an."""
    return " ".join("a" if word == "an" else word for word in _WORDS.findall(text.casefold()))


def says(words: str, phrase: str) -> bool:
    """Whether the words of a phrase stand in a text's, one after the other; both as `words_of` gives them."""
    return bool(phrase) and f" {phrase} " in f" {words} "


def without(words: str, phrase: str) -> str:
    """A text's words with a phrase cut out of them; what was apart stays apart."""
    return f" {words} ".replace(f" {phrase} ", " | ").strip() if phrase else words
