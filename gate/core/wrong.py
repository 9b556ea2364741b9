"""What a validator says of a value: with more than one sentence in it."""


class Wrong(ValueError):
    """`what` is wrong, what was `expected`, and a `hint` what to do: the parts of a Mistake that only the validator
    knows; place and found value are added by the room that reads the file."""

    def __init__(self, what: str, expected: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.expected = expected
        self.hint = hint
