"""Tools that a platform runs by itself: nobody mocks them, and no schema of the user's names them."""

from typing import Final

PLATFORM: Final[dict[str, tuple[str, ...]]] = {
    # elevenlabs.io/docs/eleven-agents/customization/tools/system-tools
    "elevenlabs": (
        "end_call", "language_detection", "transfer_to_agent", "transfer_to_number", "skip_turn",
        "play_keypad_touch_tone", "voicemail_detection",
    ),
    # docs.vapi.ai/tools/default-tools
    "vapi": ("transferCall", "endCall", "sms", "dtmf"),
    # docs.ultravox.ai/tools/built-in-tools
    "ultravox": ("hangUp", "leaveVoicemail", "playDtmfSounds", "coldTransfer", "queryCorpus"),
    # dev.hume.ai/docs/speech-to-speech-evi/configuration/tools
    "hume": ("web_search", "hang_up"),
    # docs.cartesia.ai/agents/system-tools
    "cartesia-line": ("end_call", "send_dtmf", "transfer_to_number"),
    # docs.retellai.com/build/single-multi-prompt/function-calling
    "retell": ("end_call", "transfer_call", "press_digit"),
}  # fmt: skip


def system_tools(dialect: str) -> tuple[str, ...]:
    """By the names that they have on the wire of this dialect. Anywhere else they are tools like others."""
    return PLATFORM.get(dialect, ())
