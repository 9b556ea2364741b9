"""How one call ended, as the driver saw it. Neither good nor bad: that is for checks to say."""

from enum import StrEnum


class CallEnd(StrEnum):
    FINISHED = "finished"  # the caller did all its steps, lingered and hung up
    REFUSED = "refused"  # the upgrade, or the HTTP call before it, was answered with a refusal
    CLOSED = "closed"  # the agent ended the call before the caller was through
    EXPIRED = "expired"  # a budget ran out while the caller waited
    FLOODED = "flooded"  # the agent sent more than the budgets of a call allow
    TOKENLESS = "tokenless"  # the call was never made, for want of the token that it was to show
    HOPELESS = "hopeless"  # the call was never made, since calls like it had waited in vain
    UNREACHABLE = "unreachable"  # no answer from there at all: refused, DNS
    UNTRUSTED = "untrusted"  # TLS failed: one side does not accept the certificate of the other
    ABORTED = "aborted"  # the gate itself was stopped
    BROKEN = "broken"  # a bug of the gate

    @property
    def whole(self) -> bool:
        """Whether nothing more could have been seen: only then may an absence be proven."""
        return self in (CallEnd.FINISHED, CallEnd.REFUSED)


NEVER_THERE = frozenset({CallEnd.UNREACHABLE, CallEnd.UNTRUSTED, CallEnd.TOKENLESS, CallEnd.HOPELESS})
"""Nobody was called, or nobody answered whom the gate may talk to."""
