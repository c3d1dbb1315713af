// «Заметили ошибку в тексте?»: the words that a reader has selected go to those who mend them.
// A part of the page itself: no frame, no run of a screen, nothing that a run could take away.
(() => {
  "use strict";
  const WORDS = 300, AROUND = 100, COMMENT = 1000, REMEMBERED_MS = 60000;
  const HINT = "Сначала выделите слова с ошибкой, затем нажмите Ctrl+Enter.";
  const AWAY = "Не отправлено: нет связи. Проверьте интернет и нажмите «Отправить» ещё раз.";
  const EDITABLE = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
  let dialog, hint, latest;

  const line = (text) => text.replace(/\u00ad/g, "").replace(/\s+/g, " ");
  const made = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  /** Tell whether a node is a block of its own and no words within a line. */
  function stands(node) {
    return node.nodeType === Node.ELEMENT_NODE
      && !/^(inline|contents)/.test(getComputedStyle(node).display);
  }

  /** Return the selected words and what stands around them, or null. */
  function selection() {
    const chosen = document.getSelection();
    const words = line(chosen.toString()).trim();
    if (!words || !chosen.rangeCount || dialog?.contains(chosen.anchorNode)) return null;
    const range = chosen.getRangeAt(0);
    // the paragraph or the cell: the figures beside it are nobody's business
    let block = range.commonAncestorContainer;
    while (block.parentNode !== document.body && !stands(block)) block = block.parentNode;
    const beside = document.createRange();
    beside.selectNodeContents(block);
    beside.setEnd(range.startContainer, range.startOffset);
    const before = line(beside.toString()).slice(-AROUND);
    beside.selectNodeContents(block);
    beside.setStart(range.endContainer, range.endOffset);
    return { words, before, after: line(beside.toString()).slice(0, AROUND) };
  }

  function key() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Say a sentence that goes by itself. */
  function say(words) {
    hint ??= document.body.appendChild(made("div", { className: "kb-hint", role: "status" }));
    dress(hint);
    hint.textContent = words;
    clearTimeout(hint.timer);
    hint.timer = setTimeout(() => { hint.textContent = ""; }, 6000);
  }

  /** Let what stands outside the screens look as they do. */
  function dress(element) {
    const look = getComputedStyle(document.querySelector(".kb-footer") ?? document.body);
    element.style.colorScheme = look.colorScheme;
    element.style.fontFamily = look.fontFamily;
  }

  /** Ask what is wrong with the words; without any, ask for the words too. */
  function ask(found) {
    if (dialog?.open) return;
    dialog?.remove();
    if (hint) hint.textContent = "";
    const words = made("textarea", { id: "kb-mistake-words", rows: 2, maxLength: WORDS });
    const comment = made("textarea", { id: "kb-mistake-comment", rows: 3, maxLength: COMMENT });
    const status = made("p", { className: "kb-mistake-said", role: "status" });
    const send = made("button", { type: "submit", className: "kb-button" }, "Отправить");
    const close = made("button", { type: "button", className: "kb-link" }, "Отмена");
    const title = made("h2", { id: "kb-mistake-title" }, "Ошибка в тексте");
    const quote = made("blockquote", {});
    const asked = [];
    if (found) {
      const cut = found.words.length > WORDS ? `${found.words.slice(0, WORDS - 1)}…` : found.words;
      found.words = words.value = cut;
      quote.append(found.before, made("mark", {}, cut), found.after);
      asked.push(quote);
    } else {
      words.required = true;
      asked.push(made("label", { htmlFor: words.id }, "Слова с ошибкой"), words);
    }
    const form = made("form", {}, title, ...asked,
      made("label", { htmlFor: comment.id }, "Что не так? Можно не заполнять"), comment, status,
      made("div", { className: "kb-actions" }, send, close));
    dialog = document.body.appendChild(made("dialog", { className: "kb-dialog" }, form));
    dialog.setAttribute("aria-labelledby", title.id);
    dress(dialog);
    const own = key();
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (send.disabled) return;
      send.disabled = true;
      status.textContent = "Отправляем…";
      const [isSent, said] = await post({
        key: own, screen: location.pathname + location.search, selected: words.value,
        before: found?.before ?? "", after: found?.after ?? "", comment: comment.value,
      });
      status.textContent = said;
      send.disabled = false;
      if (!isSent) return;
      for (const part of [...form.children]) {
        if (![title, status, close.parentNode].includes(part)) part.remove();
      }
      send.remove();
      close.textContent = "Закрыть";
      close.focus();
    };
    close.onclick = () => dialog.close();
    dialog.onkeydown = keep;
    dialog.showModal();
    (found ? comment : words).focus();
  }

  /** Keep the keyboard in the dialog: Tab goes round, and the screen beneath hears nothing. */
  function keep(event) {
    event.stopPropagation();
    if (event.key !== "Tab") return;
    const stops = [...dialog.querySelectorAll("textarea, button:not([disabled])")];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }

  async function post(fields) {
    try {
      const answer = await fetch("/mistakes", { method: "POST", body: new URLSearchParams(fields) });
      return [answer.ok, (await answer.json()).said];
    } catch {
      return [false, AWAY];
    }
  }

  // a tap on the link takes the selection away: it is remembered for a while
  document.addEventListener("selectionchange", () => {
    const found = selection();
    if (found) latest = { found, at: Date.now() };
  });
  // before the screen's own widgets hear of it
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target.closest?.(`${EDITABLE}, dialog`)) return;
    event.preventDefault();
    event.stopPropagation();
    const found = selection();
    if (found) ask(found); else say(HINT);
  }, true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".kb-mistake")) return;
    const fresh = latest && Date.now() - latest.at < REMEMBERED_MS ? latest.found : null;
    latest = null;
    ask(selection() ?? fresh);
  });
})();
