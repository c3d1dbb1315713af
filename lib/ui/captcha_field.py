"""The captcha of a form: a picture, the same digits spoken, a link to a new code, the answer.

A script loads a new code without a run of the screen. A button of the form would be pressed
by Enter in any field, and a run would move the cursor out of its field.
"""

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.services import captchas
from lib.ui import markup, session
from lib.ui.markup import fill

_LABEL = "Код с картинки"
_COOKIES_OFF = "Браузер не сохраняет cookie: разрешите их для этого сайта и обновите страницу."
_PICTURE = Markup(
    '<div class="kb-captcha" id="kb-captcha-{1}">'
    '<img src="{0}.png" width="220" height="80" '
    'alt="Пять или шесть цифр. Не видно картинку — прослушайте код.">'
    '<audio controls preload="none" src="{0}.wav" title="Прослушать код" '
    'aria-label="Прослушать код"></audio>'
    '<button type="button" class="kb-link">Загрузить новый код</button>'
    '<span role="status" class="kb-unseen"></span></div>'
    '<script>(() => {{ const box = document.getElementById("kb-captcha-{1}");'
    "const [image, sound, button, status] = box.children;"
    "button.onclick = async () => {{ const asked ="
    'await fetch("{0}", {{ method: "POST" }});'
    'if (!asked.ok) {{ status.className = "kb-quiet";'
    'status.textContent = "Код устарел: обновите страницу."; return; }}'
    "const fresh = `?${{Date.now()}}`;"
    "image.src = `{0}.png${{fresh}}`; sound.src = `{0}.wav${{fresh}}`;"
    'status.textContent = "Загружен новый код."; }}; }})();</script>'
)


def ask_captcha(form: str) -> tuple[str, str]:
    """Draw the captcha of a form and return its key and the typed answer.

    The captcha stays until ``session.drop_captcha_key`` is called, after each answer that
    was checked, right or wrong.
    """
    visit = session.get_visit()
    if not visit:
        st.warning(_COOKIES_OFF)
        return "", ""
    key = session.find_captcha_key(form)
    if key is None:
        key = captchas.create_captcha(visit=visit)
        session.keep_captcha_key(form, key)
    picture = fill(_PICTURE, links.link_to_captcha(key=key), key)
    markup.render_markup(picture, unsafe_allow_javascript=True)
    answer = st.text_input(
        _LABEL, key=f"{form}.code.{key}", max_chars=12, autocomplete="off", placeholder="5–6 цифр"
    )
    return key, answer
