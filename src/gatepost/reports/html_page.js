"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const findings = [...document.querySelectorAll(".finding")];
  const groups = [...document.querySelectorAll(".rest, .group")]; // inner ones first
  groups.sort((a, b) => a.contains(b) ? 1 : b.contains(a) ? -1 : 0);
  const picks = [...document.querySelectorAll("button.pick, button.cell, button.row, button.tile")];
  const text = document.getElementById("text");
  if (!text) return;
  const shown = document.getElementById("shown");
  const clear = document.getElementById("clear");
  const fold = document.getElementById("fold");
  const none = document.getElementById("none");
  const keys = ["env", "sev", "own", "act", "grp"];
  const state = { env: "", sev: "", own: "", act: "", grp: "" };
  let words = [];
  const texts = new Map();

  const textOf = (finding) => {
    let known = texts.get(finding);
    if (known === undefined) texts.set(finding, known = finding.textContent.toLowerCase());
    return known;
  };
  const matches = (finding) =>
    keys.every((key) => !state[key] || finding.dataset[key].split(" ").includes(state[key])) &&
    words.every((word) => textOf(finding).includes(word));

  function apply() {
    let count = 0;
    for (const finding of findings) {
      const match = matches(finding);
      finding.hidden = !match;
      count += match;
    }
    for (const group of groups) group.hidden = !group.querySelector(".finding:not([hidden])");
    shown.textContent = count + " of " + findings.length;
    none.hidden = count > 0;
    clear.disabled = count === findings.length && !words.length && keys.every((key) => !state[key]);
    for (const pick of picks) {
      const mine = keys.filter((key) => pick.dataset[key] !== undefined);
      const on = mine.some((key) => pick.dataset[key]) && mine.every((key) => pick.dataset[key] === state[key]);
      pick.setAttribute("aria-pressed", String(on));
    }
  }
  function reset() {
    for (const key of keys) state[key] = "";
    text.value = "";
    words = [];
    apply();
  }
  for (const pick of picks) pick.addEventListener("click", () => {
    const on = pick.getAttribute("aria-pressed") === "true";
    for (const key of keys) if (pick.dataset[key] !== undefined) state[key] = on ? "" : pick.dataset[key];
    apply();
  });
  let waiting = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      apply();
    }, findings.length > 2000 ? 200 : 0);
  });
  clear.addEventListener("click", reset);

  fold.addEventListener("click", () => {
    const open = fold.textContent === "Open all";
    for (const finding of findings) if (!finding.hidden) finding.open = open;
    if (open) for (const group of groups) group.open = true;
    fold.textContent = open ? "Close all" : "Open all";
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const block = button.closest(".fix").querySelector("pre");
    let done = false;
    try {
      await navigator.clipboard.writeText(block.textContent);
      done = true;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(block);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Selected: press Ctrl+C";
    setTimeout(() => { button.textContent = "Copy patch"; }, 2000);
  });

  const visible = () => findings.filter((finding) => !finding.hidden && finding.checkVisibility());
  function step(by) {
    const list = visible();
    const at = list.findIndex((finding) => finding.contains(document.activeElement));
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))];
    if (next) next.querySelector("summary").focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { reset(); return; }
    if (event.target.closest("input, textarea")) return;
    if (event.key === "/") { event.preventDefault(); text.focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });

  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.matches(".finding")) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", follow);
  follow();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("main details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
})();
