"use strict";
(() => {
  document.documentElement.classList.add("js");
  const rows = [...document.querySelectorAll(".rules li")];
  const sections = [...document.querySelectorAll(".rules")];
  const selects = [...document.querySelectorAll("select[data-of]")];
  const text = document.getElementById("q");
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  const clear = document.getElementById("clear");
  const form = text.form;
  const texts = rows.map((row) => (row.textContent + " " + row.dataset.more + " " + row.dataset.theme + " " + row.dataset.resource + " " + row.dataset.language).toLowerCase());
  const lists = rows.map((row) => Object.fromEntries(selects.map((one) => [one.dataset.of, row.dataset[one.dataset.of].split("|")])));

  function apply() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = selects.filter((one) => one.value);
    let count = 0;
    rows.forEach((row, at) => {
      const match = wanted.every((one) => lists[at][one.dataset.of].includes(one.value)) && words.every((word) => texts[at].includes(word));
      row.hidden = !match;
      count += match;
    });
    for (const section of sections) {
      const left = section.querySelectorAll("li:not([hidden])").length;
      section.hidden = !left;
      section.querySelector("h2 small").textContent = left;
    }
    shown.textContent = count + " of " + rows.length;
    none.hidden = count > 0;
    clear.disabled = !words.length && !wanted.length;
  }
  function remember() {
    const parts = new URLSearchParams();
    if (text.value.trim()) parts.set("q", text.value.trim());
    for (const one of selects) if (one.value) parts.set(one.dataset.of, one.value);
    try { history.replaceState(null, "", "#" + parts); } catch { /* some browsers refuse it in files */ }
  }
  function recall() {
    const parts = new URLSearchParams(location.hash.slice(1));
    text.value = parts.get("q") || "";
    for (const one of selects) {
      one.value = parts.get(one.dataset.of) || "";
      if (one.selectedIndex < 0) one.value = "";
    }
    apply();
  }
  function changed() { apply(); remember(); }
  text.addEventListener("input", changed);
  for (const one of selects) one.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { changed(); text.focus(); }));
  addEventListener("hashchange", () => { if (location.hash !== "#list") recall(); });
  recall();

  function step(by) {
    const links = rows.filter((row) => !row.hidden).map((row) => row.querySelector("a"));
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))];
    if (next) next.focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input, select");
    if (event.key === "Escape") { form.reset(); return; }
    if (event.key === "ArrowDown" && event.target === text) { event.preventDefault(); step(1); return; }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); text.focus(); text.select(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
})();
