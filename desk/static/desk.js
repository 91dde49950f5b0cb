// The desk works without this. It adds keys, news of alerts that arrive, and copying; it makes no request of its own
// but the stream of events, and puts nothing anybody wrote into a page.
"use strict";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// ---------------------------------------------------------------- the row that is being looked at

const rows = all("[data-row]");
let at = -1;

function look(to) {
  if (!rows.length) return;
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows.forEach((row, place) => row.classList.toggle("here", place === at));
  const link = one("[data-open]", rows[at]);
  link.focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
  remember(at);
}

function beside(step) {
  if (rows.length) return look(at + step);
  one(step > 0 ? "a[rel=next]" : "a[rel=prev]")?.click();
}

// ---------------------------------------------------------------- what a key does

function decide(key) {
  const bulk = one("[data-bulk]");
  const button = all(`[data-key="${key}"]`)[0];
  if (!button) return;
  if (bulk && !all("[name=alert]:checked").length) {
    if (at < 0) return;
    one("[name=alert]", rows[at]).checked = true;
  }
  button.click();
}

const KEYS = {
  j: () => beside(1),
  k: () => beside(-1),
  o: () => (rows[at] ? one("[data-open]", rows[at]).click() : one("[data-back]")?.click()),
  x: () => rows[at] && one("[name=alert]", rows[at])?.click(),
  a: () => decide("a"),
  c: () => decide("c"),
  f: () => decide("f"),
  d: () => decide("d"),
  e: () => decide("e"),
  u: () => one("[data-undo]")?.click(),
  y: () => copy(),
  "/": () => one("[data-search]")?.focus(),
  "?": () => keys(),
};

function keys() {
  const list = one("#keys");
  list.classList.toggle("shown");
  if (list.classList.contains("shown")) list.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (event.key === "Escape") {
    one("#keys")?.classList.remove("shown");
    if (typing) typing.blur();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
one("[data-keys]")?.addEventListener("click", (event) => { event.preventDefault(); keys(); });

// ---------------------------------------------------------------- copying the brief

const copyButton = one("[data-copy]");
if (copyButton) {
  copyButton.hidden = false;
  copyButton.addEventListener("click", copy);
}

async function copy() {
  const brief = one("[data-brief]");
  if (!brief) return;
  try {
    await navigator.clipboard.writeText(brief.textContent.trim());
  } catch {
    const range = document.createRange();
    range.selectNodeContents(brief);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand("copy");
  }
  brief.classList.add("copied");
  setTimeout(() => brief.classList.remove("copied"), 1500);
}

// ---------------------------------------------------------------- alerts that arrive

const known = Number(document.body.dataset.newest);
const arrived = one("[data-arrived]");
if (arrived && "EventSource" in window) {
  const stream = new EventSource("/events");
  stream.onmessage = (event) => {
    const fresh = Number(event.data) - known;
    // A word at the edge: what is being read stays where it is.
    if (fresh > 0) {
      one("[data-count]").textContent = String(fresh);
      arrived.hidden = false;
    }
  };
  stream.addEventListener("out", () => stream.close());
  addEventListener("pagehide", () => stream.close());
}

// ---------------------------------------------------------------- back on the queue: on the row that was left

function remember(place) {
  try { sessionStorage.setItem("row", String(place)); } catch { /* storage is off */ }
}

try {
  const cameBack = document.referrer.startsWith(`${location.origin}/`);
  if (rows.length && cameBack && sessionStorage.getItem("row") !== null) look(Number(sessionStorage.getItem("row")));
} catch { /* storage is off */ }
