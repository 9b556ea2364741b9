"""How far two texts are from one another, in words: jiwer's word error rate, where case and punctuation are nothing."""

import re


def error_rate(said: str, written: str) -> float:
    """Word error rate: 0 is the same, 1 is nothing of it."""
    import jiwer

    return float(jiwer.wer(_plain(said), _plain(written) or "(nothing)"))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.casefold()))
