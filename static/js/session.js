// Warns two minutes before the log-in ends. The server's clock decides: before anything is shown, it is asked, so that
// another tab in which somebody works is heard. Nothing here counts as being here but the button.
(() => {
  const { sessionLeft, stayUrl, loginUrl } = document.body.dataset;
  const dialog = document.querySelector("[data-session-dialog]");
  if (!sessionLeft || !dialog) return;
  const WARN = 120;
  const LONGEST = 2 ** 31 - 1; // of a browser's timer, in milliseconds
  const stay = dialog.querySelector("[data-session-stay]");
  const clock = dialog.querySelector("[data-session-clock]");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("peerhub.session") : null;
  let ends = 0;
  let fixed = false;
  let timer = 0;

  const left = () => Math.round((ends - Date.now()) / 1000);
  const word = (name, on) => { dialog.querySelectorAll(`[data-session-${name}]`).forEach((one) => { one.hidden = !on; }); };

  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(Math.max((left() - WARN) * 1000, 0), LONGEST));
  };
  const hear = (answer) => {
    ends = Date.now() + answer.left * 1000;
    fixed = answer.fixed;
    if (answer.left > WARN) {
      if (dialog.open) dialog.close();
      wait();
    }
  };
  const gone = () => {
    document.body.dataset.leaving = ""; // forms.js need not ask: what was typed is kept
    window.location.assign(`${loginUrl}?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  };
  const ask = async (method) => {
    const headers = method === "POST" ? { "X-CSRFToken": dialog.querySelector("[name=csrfmiddlewaretoken]").value } : { "X-Background": "1" };
    const answer = await fetch(stayUrl, { method, redirect: "manual", headers });
    if (answer.type === "opaqueredirect") { gone(); return; }
    if (answer.ok) hear(await answer.json());
  };

  const warn = () => {
    document.dispatchEvent(new CustomEvent("peerhub:ending"));
    word("soon", left() < WARN - 30);
    word("two", left() >= WARN - 30);
    word("fixed", fixed);
    word("free", !fixed);
    stay.hidden = fixed;
    if (!dialog.open) dialog.showModal();
    tick();
  };
  const tick = () => {
    clearTimeout(timer);
    if (!dialog.open) return;
    const seconds = Math.max(left(), 0);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 0) timer = setTimeout(tick, 1000);
    else ask("GET").then(() => { if (left() <= 0) timer = setTimeout(tick, 3000); else if (dialog.open) tick(); }).catch(() => { timer = setTimeout(tick, 5000); });
  };
  const look = () => {
    if (left() > WARN) { wait(); return; }
    ask("GET").catch(() => {}).then(() => { if (left() <= WARN && !("leaving" in document.body.dataset)) warn(); });
  };

  const here = () => ask("POST")
    .then(() => { if (dialog.open && left() > WARN) dialog.close(); tabs?.postMessage({ left: left(), fixed }); })
    .catch(() => { /* no connection: the warning stays, and can be answered again */ });
  stay.addEventListener("click", here);
  dialog.addEventListener("cancel", (event) => { // Escape: somebody is here
    event.preventDefault();
    if (fixed) dialog.close(); else here();
  });
  dialog.addEventListener("close", () => { if (left() <= WARN) timer = setTimeout(look, Math.max(left(), 1) * 1000); });
  tabs?.addEventListener("message", (event) => { if (event.data.left - 1 > left()) hear(event.data); });
  document.addEventListener("peerhub:left", (event) => { hear(event.detail); tabs?.postMessage(event.detail); });
  // A laptop that was closed, a page taken from the browser's memory: timers stood still.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });

  hear({ left: Number(sessionLeft), fixed: document.body.dataset.sessionFixed === "yes" });
  if (left() <= WARN) look();
})();
