/* The divider between map and table, the folded panel, printing. */
(function () {
  "use strict";
  const LEAST = 20, MOST = 85, STEP = 4;
  const frame = () => document.querySelector(".page-priorities");

  function setShare(share) {
    const kept = Math.min(Math.max(share, LEAST), MOST);
    frame().style.setProperty("--map-share", kept + "%");
    const divider = document.querySelector(".divider");
    divider.setAttribute("aria-valuenow", String(Math.round(kept)));
    window.dispatchEvent(new Event("resize"));
  }

  document.addEventListener("pointerdown", (event) => {
    const divider = event.target.closest && event.target.closest(".divider");
    if (!divider) return;
    event.preventDefault();
    divider.setPointerCapture(event.pointerId);
    const box = divider.parentElement.getBoundingClientRect();
    const move = (moved) => setShare((100 * (moved.clientY - box.top)) / box.height);
    divider.addEventListener("pointermove", move);
    divider.addEventListener("pointerup", () => divider.removeEventListener("pointermove", move), { once: true });
  });

  document.addEventListener("keydown", (event) => {
    const divider = event.target.closest && event.target.closest(".divider");
    const step = { ArrowUp: -STEP, ArrowDown: STEP }[event.key];
    if (!divider || !step) return;
    event.preventDefault();
    setShare(Number(divider.getAttribute("aria-valuenow")) + step);
  });

  /* An open menu closes with Escape, a click beside it, or a choice. */
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".menu-box[open]");
    if (!menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest) return;
    const menu = document.querySelector(".menu-box[open]");
    if (menu && (!menu.contains(event.target) || event.target.closest(".menu-link"))) menu.removeAttribute("open");
    const fold = event.target.closest(".fold");
    if (fold) {
      const isFolded = frame().classList.toggle("is-folded");
      fold.setAttribute("aria-expanded", String(!isFolded));
      window.dispatchEvent(new Event("resize"));
    }
    if (event.target.closest(".print-button")) window.print();
    if (event.target.closest(".reload-button")) location.reload();
  });
})();
