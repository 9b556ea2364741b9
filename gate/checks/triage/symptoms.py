"""The one table of triage: what is seen when something is wrong, where to look, and what to do. Nothing but words.

Its rows are those of the troubleshooting of voice agents over WebSockets as the field has it (handshake, ears, model,
tools, voice, turns, flakes), and what else a check can find. A check that knows better says so in its finding."""

from dataclasses import dataclass

from gate.core.findings import Layer


@dataclass(frozen=True, slots=True)
class Symptom:
    """`layer` None: the layer in which it was seen. `cause` is the likely one; `first_check` what to look at before
    anything is changed; `next_action` what to do then."""

    layer: Layer | None
    cause: str
    first_check: str
    next_action: str


_HANDSHAKE, _CONFIG, _INPUT, _ORDER = Layer.HANDSHAKE, Layer.CONFIG, Layer.INPUT, Layer.ORDER
_OUTPUT, _TOOLS, _CLOSE = Layer.OUTPUT, Layer.TOOLS, Layer.CLOSE

SYMPTOMS: dict[str, Symptom] = {
    # The door: does the socket open, to the right callers alone, and is anything behind it?
    "unreachable": Symptom(
        _HANDSHAKE, "nothing listens at this address, or a name, certificate or firewall stands between",
        "whether the agent runs, then host, port and TLS", "start the agent, or correct the address in the manifest"),
    "handshake-refused": Symptom(
        _HANDSHAKE, "the agent does not accept this caller: token, scope, headers, or its limit of calls",
        "URL, token scope, headers, workspace routing", "replay with the same headers from the same machine"),
    "nothing-behind": Symptom(
        _HANDSHAKE, "the socket is open, and what should answer behind it is down or never started",
        "the model, keys and services that the agent needs", "let the upgrade fail while they are down"),
    "slow-to-be-ready": Symptom(
        _HANDSHAKE, "a cold start, or work that is done before the session is announced",
        "what the agent does between accepting the socket and its first message",
        "start what is slow before the first call"),
    "session-unnamed": Symptom(
        _HANDSHAKE, "the agent gives its session no id: nobody can find this call in a log, resume it or clean it up",
        "the message that says the session is ready", "send an id with it, another one for every session"),
    "caller-let-in": Symptom(
        _HANDSHAKE, "the credential is read and not verified, or verified too late",
        "where the token is verified: signature, expiry, workspace, agent", "refuse on the upgrade, with 401 or 403"),
    "callers-disturb": Symptom(
        _HANDSHAKE, "calls share what each must have for itself: a session, an upstream connection, one worker",
        "global variables and singletons on the way of a call; how many calls one process takes",
        "keep everything of a call in that call, or turn away whom there is no room for with 503 or 1013"),
    "cold-start": Symptom(
        _HANDSHAKE, "what the first call needs is only loaded when it comes",
        "what is done at the first call and never again: models, pools, tokens, caches",
        "load it before the port is opened"),
    "refusal-silent": Symptom(
        _HANDSHAKE, "the caller is not let in and not told so either: the socket stays open, and nothing comes",
        "what the handler does with a caller that it does not want: a return without a close, a wait for audio",
        "refuse on the upgrade, or close with 1008, 4401 or 4403 at once"),
    "garbage-accepted": Symptom(
        _HANDSHAKE, "a message that cannot be read is dropped silently, or kills its handler",
        "the handler of messages: what it does with what it cannot parse", "answer with an error, and go on"),
    "door-unanswered": Symptom(
        None, "what the agent does not know at its door is neither refused nor served: its handler died, or waits",
        "the agent's log at that time, and the router in front of it",
        "refuse what is not known, with an HTTP status, an error or a close code"),
    "door-open": Symptom(
        _HANDSHAKE, "what the manifest says must be refused is let in: nobody looks at it",
        "where paths and origins are looked at, in the agent or in the proxy before it",
        "refuse on the upgrade, with 403 or 404"),
    "certificate-refused": Symptom(
        _HANDSHAKE, "TLS fails: one side does not accept the certificate of the other",
        "the certificate that is served at this address: its names, its dates, who signed it",
        "renew it, or name its authority under target.tls.ca"),
    # The session: is it configured as asked, before anything is said?
    "config-unacknowledged": Symptom(
        _CONFIG, "the configuration message is not handled, or not answered",
        "the agent's handler of the configuration message", "acknowledge it before any audio is taken"),
    "config-differs": Symptom(
        _CONFIG, "the agent applies its defaults in place of what was asked",
        "the names and values of `session:` beside what was acknowledged", "apply them, or refuse them with an error"),
    "config-late": Symptom(
        _CONFIG, "audio and configuration race: the session works before its settings are in force",
        "what runs before the configuration is acknowledged", "wait for it before audio is taken or sent"),
    # The ears: does the caller's voice arrive, and is it understood?
    "not-read": Symptom(
        _INPUT, "nobody reads the agent's socket any more: its loop is blocked, or a queue behind it is full",
        "what the loop of the socket waits for: a send, a lock, a slow model", "read on, whatever else is under way"),
    "not-heard": Symptom(
        _INPUT, "the caller's audio is accepted and goes nowhere, or in a form that nobody can hear",
        "sample rate, encoding and chunk size beside caller.wav; whether the audio reaches the recogniser",
        "send a known-good fixture, `play: hello`, and compare"),
    "no-transcript": Symptom(
        _INPUT, "audio arrives, and the recogniser makes no words of it: wrong rate or encoding, or it is down",
        "sample rate, encoding, chunk size, silence handling, the recogniser's own log",
        "send a known-good fixture, `play: hello`, and compare"),
    "words-wrong": Symptom(
        _INPUT, "the recogniser hears something else: rate, encoding, language or noise",
        "caller.wav, then sample rate, encoding and language of the recogniser",
        "send a known-good fixture, `play: hello`, and compare"),
    "turn-cut-short": Symptom(
        _INPUT, "a pause in mid-sentence is taken for the end of the turn",
        "end-of-turn detection: silence threshold, semantic endpointing",
        "let it wait longer, or for a whole sentence"),
    "noise-answered": Symptom(
        _INPUT, "the voice activity detection takes noise for speech",
        "its threshold, and the noise suppression before it", "raise the threshold, or ask for words before a turn"),
    "answers-nobody": Symptom(
        _INPUT, "the agent answers pauses, or a timer, and not what it hears",
        "what starts a response, and whether the caller's words are in it", "answer final transcripts, nothing else"),
    "bad-audio-taken": Symptom(
        _INPUT, "what the file says of its own format is not read before it is decoded",
        "the header: rate, channels, encoding", "answer what cannot be used with an error"),
    # The mind: is there an answer, in the right order?
    "no-response": Symptom(
        _OUTPUT, "the words arrived and no response was made: the trigger is missing, or the model failed",
        "session update, modalities, response trigger, the model's errors",
        "compare session and response events with a call that was answered"),
    "event-missing": Symptom(
        None, "the agent, or the bridge in front of it, does not send this event in this situation",
        "events.jsonl: what came in its place", "send it, or correct what the manifest expects"),
    "event-differs": Symptom(
        None, "the event came with other values than expected",
        "the values beside what the caller said, in transcript.txt",
        "correct the agent, or what the manifest expects"),
    "event-unwanted": Symptom(
        None, "the agent does what it must not do here", "what came just before it, in events.jsonl",
        "correct the agent's instructions for this situation"),
    "event-repeated": Symptom(
        None, "one thing is told twice: a retry, a reconnect, or two handlers", "ids and times of the doubles",
        "send each event once, and give it an id"),
    "ids-mixed": Symptom(
        None, "calls, responses or sessions are handled at the same time and share a variable",
        "where these ids are kept, and who writes them", "keep them for each call and response apart"),
    "event-order": Symptom(
        _ORDER, "two handlers race: what belongs behind something is sent before it",
        "the order of both events, in events.jsonl", "send the later one when the earlier one is done"),
    "error-reported": Symptom(
        None, "the agent reports an error of its own", "the error's text and code, and the agent's log at that time",
        "mend what it names"),
    "protocol-broken": Symptom(
        None, "the server builds frames that its protocol does not allow", "these frames, in frames.bin",
        "send what the protocol describes: a strict client breaks on it"),
    "flooded": Symptom(
        None, "the agent sends and sends: a loop, a stream that nobody stops, a log on the wrong socket",
        "the last frames of this call in wire.jsonl: what comes again and again", "end the loop"),
    "late": Symptom(
        None, "end-of-turn delay, model, tools or first synthesis take too long",
        "the agent's own trace between these two moments", "warm up what is slow, or stream earlier"),
    # The tools: called when needed, once, with the right values, and heeded?
    "tool-missing": Symptom(
        _TOOLS, "the model does not know the tool, may not choose it, or is not told when to",
        "tool schema loaded, tool choice, the prompt's path to it", "assert the session's tools before audio starts"),
    "tool-arguments": Symptom(
        _TOOLS, "a value is taken from the wrong place: a word that was corrected, a default, an invention",
        "the arguments beside transcript.txt and the results before",
        "constrain the schema, and say where values come from"),
    "tool-twice": Symptom(
        _TOOLS, "a timeout, a repeated event or a reconnect makes the agent call again",
        "call ids and times of both calls, timeouts, reconnects", "give the write an idempotency key"),
    "tool-order": Symptom(
        _TOOLS, "nothing makes the one tool wait for the other, or for the caller's word",
        "the order of calls and results, in events.jsonl", "make the write need the result of the lookup"),
    "tool-unwanted": Symptom(
        _TOOLS, "the agent acts without being asked, or before it was allowed to",
        "what the caller had said until then, in transcript.txt", "ask for a clear yes before what cannot be undone"),
    "tool-unanswered": Symptom(
        _TOOLS, "the tool gave no answer, and the agent waits for it for ever",
        "what the tool got as its answer: a timeout, nothing", "limit the wait, and tell the caller"),
    "result-ignored": Symptom(
        _TOOLS, "the tool's answer does not reach the model, or starts no response",
        "call id of the result, and the response trigger behind it", "ask for a response once all results are in"),
    "unproven-confirmation": Symptom(
        _TOOLS, "the agent announces what the tool did not do: the result is not read, or not awaited",
        "the tool's answer beside what was said", "speak of success only from the tool's result"),
    "retry-without-key": Symptom(
        _TOOLS, "a repeated write cannot be told from a new one",
        "where the key is made: once for a change, or per attempt",
        "make the key once for each change, and send it with each attempt"),
    "mock-unused": Symptom(
        _TOOLS, "the agent does not call the tool, or its arguments fit no mock",
        "name and `args_match` of the mock beside what was called, in tools.json", "correct the mock, or drop it"),
    "tool-outside-sandbox": Symptom(
        _TOOLS, "the agent's backend calls the tool at an address of its own",
        "the address of its tools in this environment",
        "point it to ${sandbox.http} or ${sandbox.mcp}"),
    "no-dry-run": Symptom(
        _TOOLS, "the real tool does not show that nothing was changed: it may have written",
        "its answer, in tools.json",
        "call its dry run, and have it say so"),
    "tool-without-mock": Symptom(
        _TOOLS, "the manifest says nothing that fits this call", "the tool's name and arguments beside `tools.mocks`",
        "add a mock for it under tools.mocks"),
    # The voice: is it heard, whole, and at the right rate?
    "no-audio": Symptom(
        _OUTPUT, "there is a response and no voice: synthesis, modalities or an empty stream",
        "modalities, the synthesis and its errors, agent.wav",
        "ask for audio in the session, and test the synthesis alone"),
    "answer-differs": Symptom(
        _OUTPUT, "the agent says something else than expected", "what it said, in transcript.txt",
        "correct its instructions, or loosen the expectation"),
    "chunks-disordered": Symptom(
        _OUTPUT, "chunks pass through a queue with retries or two writers", "order and size of chunks where it begins",
        "use one writer, and number the chunks"),
    "audio-holes": Symptom(
        _OUTPUT, "packets or buffers are lost between synthesis and socket",
        "agent.wav at that place, the buffers' sizes",
        "do not drop what cannot be sent at once"),
    "words-cut": Symptom(
        _OUTPUT, "the first or last chunk is lost: the line was not open yet, or was flushed too early",
        "agent.wav at that place", "keep the first chunks, and flush the last before the end is told"),
    "clipped": Symptom(
        _OUTPUT, "the gain is too high before the sound is made 16 bit",
        "the gain behind the synthesis, double scaling",
        "lower it, or use a limiter"),
    "too-quiet": Symptom(
        _OUTPUT, "the gain is too low, or samples are scaled twice", "the gain behind the synthesis",
        "raise it to about -20 dBFS of speech"),
    "not-speech": Symptom(
        _OUTPUT, "the bytes are played in another form than they were made: mu-law as PCM, byte order",
        "encoding and byte order, agent.wav", "convert what the synthesis gives to what the wire says"),
    "wrong-rate": Symptom(
        _OUTPUT, "the synthesis and the wire disagree about the sample rate",
        "the rate of the synthesis beside the wire's",
        "resample, or say the right rate"),
    "stalls": Symptom(
        _OUTPUT, "audio is sent more slowly than it plays", "the time between chunks beside their length",
        "send ahead, in larger chunks"),
    "no-final-marker": Symptom(
        _OUTPUT, "the end of the response is not sent, or before its last audio",
        "the last chunk and the marker, in events.jsonl",
        "send the marker behind the last chunk, after an interruption too"),
    # The turns: does the agent let itself be interrupted, and only by words?
    "interruption-ignored": Symptom(
        _OUTPUT, "speech of the caller does not cancel the response, or the client's buffer is not cleared",
        "speech-start event, response cancel, playback truncation", "cancel, and clear what was not played"),
    "stopped-by-noise": Symptom(
        _OUTPUT, "any short sound counts as an interruption", "how much speech an interruption needs",
        "ask for some words, or some 300 ms of speech"),
    "talks-on": Symptom(
        _OUTPUT, "the agent does not come to an end", "what it says, in transcript.txt", "limit its answers"),
    # The end: does it close as it should, and live on for the next call?
    "closed-early": Symptom(
        _CLOSE, "the agent, or what it depends on, ended the call", "the agent's log at that time, and the close code",
        "tell the caller why before the socket closes"),
    "close-missing": Symptom(
        _CLOSE, "nothing ends the session when the conversation is over", "what the agent does after goodbye",
        "close the socket with 1000"),
    "close-wrong": Symptom(
        _CLOSE, "the handler ends with an error, or the socket is dropped",
        "how the agent ends a call, and its log at that time",
        "close what ended well with 1000"),
    "close-unanswered": Symptom(
        _CLOSE, "the loop that serves the socket is blocked, or its server does not answer a close frame",
        "what runs in the loop of the socket when the caller leaves",
        "answer a close frame with one, then end the connection"),
    "session-left": Symptom(
        _CLOSE, "a call that ends does not end its session: nobody sees that the caller left, or nothing is released",
        "what the agent does when its socket ends: by a close frame, in mid-answer, with none",
        "release it whichever way a call ends"),
    "ping-unanswered": Symptom(
        _CLOSE, "the loop that serves the socket is blocked, or its library was told not to answer pings",
        "what runs in the loop of the socket, and its ping settings",
        "answer pings at once: whoever does not is taken for dead, and is hung up on"),
    "next-call-lost": Symptom(
        None, "something of the call before is left behind: a lock, a room, a dead handler",
        "what is cleaned up when a call ends, also without a close frame", "release it however the call ends"),
    "idle-dropped": Symptom(
        _CLOSE, "a timeout for silent callers ends the handler, and not the call",
        "what happens when nobody speaks for a while, and its log at that time",
        "ask whether the caller is still there, then close with 1000 or a code of your own"),
    "not-back": Symptom(
        _CLOSE, "the program does not start a second time: a port, a lock or a file of the run before",
        "the agent's log behind the restart", "clean up when it is stopped, or when it starts"),
    "state-lost": Symptom(
        _CLOSE, "the conversation dies with its connection, or is looked for under another id",
        "what is kept of a session, where, and for how long", "keep it by the id that the caller resumes with"),
    "state-leaked": Symptom(
        _CLOSE, "the conversation is kept in a place that callers share",
        "where the conversation is kept, and what a new session begins with",
        "keep it by session, and begin with none"),
    # Ours and the world's: none of this is held against the agent.
    "no-token": Symptom(
        _HANDSHAKE, "the service that mints tokens gave none, so the call was never made",
        "the address, the credentials and the answer of `mint:` under auth",
        "make it answer with a token, or correct `token_path`"),
    "not-judged": Symptom(
        None, "the call did not get far enough", "why it ended, in events.jsonl", "run it again"),
    "inconclusive": Symptom(
        None, "what was recorded can be read either way", "agent.wav and events.jsonl at that place",
        "make the case clearer, or the agent"),
    "manifest-too-little": Symptom(
        None, "the manifest does not say what is needed to judge this", "the line of the manifest",
        "say what is missing there"),
    "probe-unusable": Symptom(
        None, "the probe does not answer, or does not show the sessions of this agent",
        "its address, headers and path, asked by hand while a call is up", "correct `probe:`, or what it asks"),
    "recording-damaged": Symptom(
        None, "the evidence of this call was damaged or cut: a full disk, a killed run",
        "evidence/gate.log, space on the disk",
        "run it again"),
    "stopped": Symptom(
        None, "the gate was stopped in mid-call", "who stopped it: a CI timeout, a signal", "run it again"),
    "gate-late": Symptom(
        None, "a flake of the machine: the gate could not keep its own time", "load of the machine, number of --jobs",
        "run with fewer --jobs, or on a quieter machine"),
    "gate-bug": Symptom(
        None, "a bug of Voxgate", "evidence/gate.log", "report it, with this case's evidence"),
}  # fmt: skip
