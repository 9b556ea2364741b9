from gate.core.suggest import did_you_mean


def test_a_close_word_is_suggested() -> None:
    assert did_you_mean("transscript.final", ["transcript.final", "error"]) == "did you mean 'transcript.final'?"


def test_without_a_close_word_all_known_ones_are_told_in_order() -> None:
    assert did_you_mean("zzz", ["b", "a"]) == "known here: a, b"


def test_without_known_words_nothing_is_told() -> None:
    assert did_you_mean("zzz", []) == ""
