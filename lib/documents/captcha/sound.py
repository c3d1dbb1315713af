"""A captcha to listen to: Russian digits over a murmur, as WAV."""

import io
import secrets
import wave

import numpy as np

from lib.documents.captcha import voice
from lib.documents.captcha.voice import RATE, Samples

_SILENCE = 0.6  # seconds before the first digit and after the last one
_SHORTEST_GAP, _LONGEST_GAP = 0.35, 0.75
_MURMUR, _HISS = 0.12, 0.008
_LOUDEST = 0.9


def speak(digits: str) -> bytes:
    """Speak the digits one by one; voice, pace, pauses and noise differ each time."""
    chance = np.random.default_rng(secrets.randbits(128))
    parts = [_silence(_SILENCE)]
    for digit in digits:
        parts += [
            _speak_digit(digit, chance),
            _silence(chance.uniform(_SHORTEST_GAP, _LONGEST_GAP)),
        ]
    parts.append(_silence(_SILENCE))
    speech = np.concatenate(parts)
    return _wave(speech + _murmur(len(speech), chance))


def _speak_digit(digit: str, chance: np.random.Generator) -> Samples:
    recordings = voice.load_digits()[digit]
    sound = recordings[int(chance.integers(len(recordings)))]
    pace = chance.uniform(0.9, 1.15)
    places = np.arange(0, len(sound) - 1, pace)
    loudness = chance.uniform(0.75, 1.0)
    speech: Samples = (np.interp(places, np.arange(len(sound)), sound) * loudness).astype(
        np.float32
    )
    return speech


def _murmur(length: int, chance: np.random.Generator) -> Samples:
    """Return noise that a program mistakes for speech: soft digits backwards, over a hiss."""
    murmur = chance.normal(0, _HISS, length).astype(np.float32)
    place = 0
    while place < length:
        sound = _speak_digit(str(chance.integers(10)), chance)[::-1][: length - place]
        murmur[place : place + len(sound)] += sound * _MURMUR
        place += len(sound) + int(chance.integers(RATE // 5))
    return murmur


def _silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def _wave(sound: Samples) -> bytes:
    loudest = float(np.abs(sound).max()) or 1.0
    whole = (sound * (_LOUDEST / loudest) * 32_767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(whole.tobytes())
    return file.getvalue()
