"""The captcha of a form: a picture, the same digits spoken, another code, and the answer.

Another code comes without a run of the screen: a button of the form would be pressed by Enter
in any of its fields, and a run would take the caret away.
"""

import streamlit as st

from lib import links
from lib.services import captchas
from lib.ui import markup, session

_LABEL = "Код с картинки"
_COOKIES_OFF = "Браузер не сохраняет cookie: разрешите их для этого сайта и обновите страницу."


def ask(form: str) -> tuple[str, str]:
    """Draw the captcha of a form and return its key and what was typed.

    The same one is drawn until ``session.drop_captcha`` is called: after each answer that
    was checked, right or wrong.
    """
    visit = session.visit()
    if not visit:
        st.warning(_COOKIES_OFF)
        return "", ""
    key = session.captcha(form)
    if key is None:
        key = captchas.create_captcha(visit=visit)
        session.keep_captcha(form, key)
    _show(key)
    answer = st.text_input(
        _LABEL, key=f"{form}.code.{key}", max_chars=12, autocomplete="off", placeholder="5–6 цифр"
    )
    return key, answer


def _show(key: str) -> None:
    address = markup.text(links.captcha(key=key))
    st.html(
        f'<div class="kb-captcha" id="kb-captcha-{key}">'
        f'<img src="{address}.png" width="220" height="80" '
        'alt="Пять или шесть цифр. Не видно картинку — прослушайте код.">'
        f'<audio controls preload="none" src="{address}.wav" title="Прослушать код" '
        'aria-label="Прослушать код"></audio>'
        '<button type="button" class="kb-link">Загрузить новый код</button>'
        '<span role="status" class="kb-unseen"></span></div>'
        f'<script>(() => {{ const box = document.getElementById("kb-captcha-{key}");'
        "const [image, sound, button, status] = box.children;"
        "button.onclick = async () => { const asked ="
        f'await fetch("{address}", {{ method: "POST" }});'
        'if (!asked.ok) { status.className = "kb-quiet";'
        'status.textContent = "Код устарел: обновите страницу."; return; }'
        "const fresh = `?${Date.now()}`;"
        f"image.src = `{address}.png${{fresh}}`; sound.src = `{address}.wav${{fresh}}`;"
        'status.textContent = "Загружен новый код."; }; })();</script>',
        unsafe_allow_javascript=True,
    )
