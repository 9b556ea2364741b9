"""Renders the phrases that test_recogniser.py hears, with flite, in two voices.

Run by hand: python tests/reference/clips/render.py. The tests need only the committed phrases.npz.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from fixtures.render import speak  # noqa: E402

VOICES = ("awb", "kal16")
INSIDE = (
    "hello",
    "yes thursday please",
    "can you hear me",
    "no thank you",
    "goodbye",
    "to thursday",
    "wait stop",
    "actually friday",
    "please move my appointment to wednesday",
    "can you change my appointment to friday",
    "i would like to move my appointment",
    "i would like to move my appointment to",
    "i would like to move my appointment to wednesday sorry monday",
)
OUTSIDE = (
    "What time does the train to London leave",
    "I would like to order a pizza with extra mushrooms",
    "Thirsty people drink water",
    "Saturday",
    "I would like to cancel my subscription",
)

if __name__ == "__main__":
    clips = {f"{voice}|{phrase}": speak(voice, phrase) for voice in VOICES for phrase in INSIDE + OUTSIDE}
    np.savez_compressed(HERE / "phrases.npz", **clips)  # type: ignore[arg-type]
