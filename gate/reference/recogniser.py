"""Hears the words in one utterance, with pocketsphinx and a grammar: of what callers say, or of what the agent says.

It must never turn noise, or audio in a wrong format, into a command: whatever is not plausible speech is None.

A grammar finds its nearest phrase in any sound, so a phrase is believed only when all of these hold:
- the grammar derives it whole (the decoder also returns torn phrases);
- its frames score well beside the best state of the whole acoustic model, as a mean and in the worst word (hence
  `compallsen`: every state is scored, and the best of a frame is 0);
- the words cover the energy, and the energy fills the words;
- its phones pass at the pace of a person.
The limits were set by hand on flite's four voices. Cepstral means are taken over the utterance alone, and the features
are made anew for each utterance (noise tracking would otherwise remember the last one), so nothing is carried over.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gate.reference.grammar import Grammar, callers

Samples = NDArray[np.int16]

RATE_HZ = 16_000
FRAME_SAMPLES = 160
SHORTEST_MS, LONGEST_MS = 150, 16_000
QUIETEST_DBFS = -55.0
LOUD_RANGE_DB = 25.0

MEAN_SCORE = -6.8
WORST_WORD_SCORE = -8.9
WORDS_COVER_ENERGY = 0.85
ENERGY_FILLS_WORDS = 0.42
FASTEST_FRAMES_PER_PHONE = 6.4
SLOWEST_FRAMES_PER_PHONE = 11.0
SLOWEST_SINGLE_PHONE_EXTRA = 30.0


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word of a hypothesis: its frames (10 ms, end excluded), its phones and its log score per frame."""

    word: str
    first_frame: int
    end_frame: int
    phones: int
    score: float


class Recogniser:
    """Same samples, same words, whatever was heard before. `grammar`: the phrases that it knows (default: those of
    callers); `worst_word_score`: the least, for each frame of a word, that it believes."""

    def __init__(self, grammar: Grammar | None = None, worst_word_score: float = WORST_WORD_SCORE) -> None:
        self._grammar = grammar or callers()
        self._worst_word_score = worst_word_score

    def words(self, samples: Samples) -> str | None:
        """The words, lower case, of an utterance at 16 kHz; None when it is not one of the phrases."""
        loud = _loud_frames(samples)
        if not SHORTEST_MS <= len(samples) * 1000 // RATE_HZ <= LONGEST_MS or not loud.any():
            return None
        heard = hypothesis(samples, self._grammar)
        words = " ".join(word.word for word in heard)
        return words if self._grammar.derives(words) and _plausible(heard, loud, self._worst_word_score) else None

    def warm_up(self) -> None:
        """Builds the decoder now, so that the first utterance does not pay for it."""
        _decoder(self._grammar)


def hypothesis(samples: Samples, grammar: Grammar) -> tuple[HeardWord, ...]:
    """The decoder's best guess, believed or not; silence and noise words left out."""
    decoder = _decoder(grammar)
    decoder.reinit_feat()
    decoder.start_utt()
    decoder.process_raw(np.ascontiguousarray(samples, "<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    if decoder.hyp() is None:
        return ()
    return tuple(_heard(decoder, part) for part in decoder.seg() if part.word[0] not in "<[")


def _heard(decoder: Any, part: Any) -> HeardWord:
    frames = part.end_frame - part.start_frame + 1
    score = math.log(max(part.ascore, 1e-320)) / frames
    phones = len(decoder.lookup_word(part.word).split())
    return HeardWord(part.word.partition("(")[0], part.start_frame, part.end_frame + 1, phones, score)


def _plausible(heard: tuple[HeardWord, ...], loud: NDArray[np.bool_], worst_word_score: float) -> bool:
    sizes = np.array([word.end_frame - word.first_frame for word in heard])
    scores = np.array([word.score for word in heard])
    inside = np.zeros(max(len(loud), heard[-1].end_frame), np.bool_)
    for word in heard:
        inside[word.first_frame : word.end_frame] = True
    both = int((loud & inside[: len(loud)]).sum())
    phones = sum(word.phones for word in heard)
    pace = sizes.sum() / phones
    return bool(
        (sizes * scores).sum() / sizes.sum() >= MEAN_SCORE
        and scores.min() >= worst_word_score
        and both >= WORDS_COVER_ENERGY * loud.sum()
        and both >= ENERGY_FILLS_WORDS * inside.sum()
        and FASTEST_FRAMES_PER_PHONE <= pace <= SLOWEST_FRAMES_PER_PHONE + SLOWEST_SINGLE_PHONE_EXTRA / phones
    )


def _loud_frames(samples: Samples) -> NDArray[np.bool_]:
    whole = len(samples) // FRAME_SAMPLES
    if whole == 0:
        return np.zeros(0, np.bool_)
    frames = samples[: whole * FRAME_SAMPLES].reshape(whole, FRAME_SAMPLES).astype(np.float64)
    level_dbfs = 10 * np.log10((frames**2).mean(axis=1) / 32768.0**2 + 1e-12)
    return np.asarray(level_dbfs > max(QUIETEST_DBFS, float(level_dbfs.max()) - LOUD_RANGE_DB))


@functools.cache
def _decoder(grammar: Grammar) -> Any:
    try:
        from pocketsphinx import Decoder
    except ImportError as missing:
        raise ImportError("the reference agent hears with pocketsphinx: pip install 'voxgate[agent]'") from missing
    decoder = Decoder(lm=None, loglevel="FATAL", cmn="batch", compallsen=True)
    decoder.add_jsgf_string("phrases", grammar.jsgf)
    decoder.activate_search("phrases")
    return decoder
