from gate.core.mistakes import ManifestError, Mistake
from gate.core.places import Place


def test_a_mistake_says_place_what_found_expected_and_hint() -> None:
    place = Place("voice-tests.yaml", 12, 5)
    assert str(Mistake(place, "is no duration")) == "voice-tests.yaml:12:5: is no duration"
    whole = Mistake(place, "is no duration", "3", "such as 3s", "write 3s")
    assert str(whole) == "voice-tests.yaml:12:5: is no duration, found 3, expected such as 3s; write 3s"


def test_all_mistakes_are_told_once_in_the_order_of_the_file() -> None:
    places = [Place("m.yaml", 10, 1), Place("m.yaml", 2, 9), Place("m.yaml", 2, 3)]
    mistakes = [Mistake(place, what) for place in places for what in ("b", "a", "b")]
    error = ManifestError(mistakes)
    assert str(error).splitlines() == [
        "m.yaml:2:3: a", "m.yaml:2:3: b", "m.yaml:2:9: a", "m.yaml:2:9: b", "m.yaml:10:1: a", "m.yaml:10:1: b",
    ]  # fmt: skip
    assert len(error.mistakes) == 6
