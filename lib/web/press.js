// A press counts for the button on which it began, even when the page moves under the pointer.
// A browser gives the click to whatever lies under the pointer when it is released: a message that
// goes away, a section that opens or a run of the screen in between would lose the click.
(() => {
  "use strict";
  const PRESSABLE = "button, summary, a[href], [role=button], [role=tab]";
  const STEADY_PX = 10; // who moves further wants to cancel
  let press = null;

  addEventListener("pointerdown", (event) => {
    const target = event.isPrimary && event.button === 0
      ? event.target.closest?.(PRESSABLE) : null;
    press = target && { target, words: target.textContent, x: event.clientX, y: event.clientY };
  }, true);

  // a touch that became a scroll
  addEventListener("pointercancel", () => { press = null; }, true);

  addEventListener("click", (event) => {
    const begun = press;
    if (!event.isTrusted || !event.detail || !begun) return; // by script or keyboard
    press = null;
    if (begun.target.contains(event.target)) return;
    if (Math.hypot(event.clientX - begun.x, event.clientY - begun.y) > STEADY_PX) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // one that has gone or says something else now is not what was pressed
    if (begun.target.isConnected && begun.target.textContent === begun.words) begun.target.click();
  }, true);
})();
