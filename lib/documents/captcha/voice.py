"""The ten digits in Russian, spoken by eSpeak NG once a process and kept in memory.

Its library comes as a wheel and is called by ctypes. It has global state and is not
safe for threads, so it is called under a lock and closed at once.
"""

import ctypes
import functools
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import espeakng_loader
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
RATE = 22_050  # samples a second, as the synthesiser makes them

_WORDS = ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
# (words a minute, pitch): several, so that a digit does not always sound the same
_VOICES = ((125, 35), (140, 55), (155, 75))
# values of the library's header
_SYNCHRONOUS, _UTF8, _BY_CHARACTER = 2, 1, 1
_SPEED, _PITCH = 1, 3
_LOCK = threading.Lock()
_OnSamples = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class VoiceMissing(RuntimeError):
    """The synthesiser has no Russian voice: the installation is broken."""


def load_digits() -> Mapping[str, Sequence[Samples]]:
    """Return each digit's recordings, in several voices."""
    with _LOCK:
        return _record_digits()


@functools.cache
def _record_digits() -> Mapping[str, Sequence[Samples]]:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    chunks: list[bytes] = []

    def collect(samples: object, count: int, _events: object) -> int:
        if samples and count:
            chunks.append(ctypes.string_at(samples, count * 2))  # type: ignore[arg-type]
        return 0

    callback = _OnSamples(collect)
    data = str(Path(espeakng_loader.get_data_path()).parent).encode()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0) != RATE:
        raise VoiceMissing
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(b"ru") != 0:
        raise VoiceMissing
    recordings: dict[str, list[Samples]] = {str(number): [] for number in range(len(_WORDS))}
    for speed, pitch in _VOICES:
        library.espeak_SetParameter(_SPEED, speed, 0)
        library.espeak_SetParameter(_PITCH, pitch, 0)
        for number, word in enumerate(_WORDS):
            chunks.clear()
            text = word.encode()
            library.espeak_Synth(text, len(text) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None)
            recordings[str(number)].append(_samples(b"".join(chunks)))
    library.espeak_Terminate()
    return recordings


def _samples(sound: bytes) -> Samples:
    samples: Samples = np.frombuffer(sound, dtype="<i2").astype(np.float32) * np.float32(1 / 32_768)
    if not samples.size:
        raise VoiceMissing
    return samples
