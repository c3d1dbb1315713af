"""A captcha has a picture and a sound, and neither is made the same way twice."""

import io
import wave

import numpy as np
from PIL import Image

from lib.documents.captcha import picture, voice
from lib.documents.captcha import sound as captcha_sound


def test_the_picture_is_a_png_and_never_the_same() -> None:
    first, second = picture.draw("583920"), picture.draw("583920")

    assert first != second
    image = Image.open(io.BytesIO(first))
    assert (image.format, image.size) == ("PNG", (220, 80))


def test_the_sound_is_a_wav_and_never_the_same() -> None:
    first, second = captcha_sound.speak("58392"), captcha_sound.speak("58392")

    assert first != second
    with wave.open(io.BytesIO(first)) as reader:
        seconds = reader.getnframes() / reader.getframerate()
        samples = np.frombuffer(reader.readframes(reader.getnframes()), dtype="<i2")
    assert 3 < seconds < 12
    assert 20_000 < np.abs(samples.astype(int)).max() < 32_768


def test_ten_russian_digits_are_spoken_in_several_manners() -> None:
    spoken = voice.load_digits()

    assert sorted(spoken) == list("0123456789")
    for manners in spoken.values():
        lengths = {len(sound) for sound in manners}
        assert len(lengths) == len(manners) == 3
        assert all(0.15 < len(sound) / voice.RATE < 1.5 for sound in manners)
    # «четыре» is longer than «ноль» in every voice: words are spoken, not beeps
    assert all(len(a) > len(b) for a, b in zip(spoken["4"], spoken["0"], strict=True))
