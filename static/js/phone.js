// The phone of a peer supporter: sheets are saved on the phone first and sent at once or later; one line says how it is.
(() => {
  const queue = self.peerhubQueue;
  const line = document.querySelector("[data-queue]");
  if (!line) return;
  const said = line.dataset;
  const offlinePage = document.querySelector("[data-offline-page]");
  const EVERY = 30000;
  let owner = document.body.dataset.owner || "";
  let going = null;

  if ("serviceWorker" in navigator && said.worker) {
    navigator.serviceWorker.register(said.worker).catch(() => { /* a private window: everything else works */ });
  }
  document.querySelectorAll("details").forEach((one) => { if (one.querySelector(".is-invalid, .invalid-feedback")) one.open = true; });
  if (!queue?.able) return;

  const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const tell = async (went) => {
    const { waiting, stuck, sent } = await queue.counts(owner);
    const words = [];
    if (!navigator.onLine && !waiting && !stuck) words.push(said.offline);
    if (waiting) words.push(said.saved, said.waiting.replace("{n}", waiting));
    if (stuck) words.push(said.stuck.replace("{n}", stuck));
    if (went === "login" && waiting) words.push(said.login);
    else if (!navigator.onLine && words[0] !== said.offline) words.push(said.offline);
    if (!waiting && !stuck) words.push(said.nothing);
    if (sent) words.push(said.sent.replace("{time}", clock(sent)));
    const place = line.querySelector("[data-queue-words]");
    if (place.textContent !== words.join(" · ")) place.textContent = words.join(" · "); // said aloud only when it changed
    line.classList.toggle("tone-warm", Boolean(waiting || stuck));
    line.hidden = false;
    (waiting + stuck ? navigator.setAppBadge?.(waiting + stuck) : navigator.clearAppBadge?.())?.catch(() => {});
    document.dispatchEvent(new CustomEvent("peerhub:queue", { detail: { went } }));
  };
  const send = () => {
    going ||= queue.send().finally(() => { going = null; });
    return going.then(async (result) => { await tell(result.went); return result; });
  };

  const fieldsOf = (form) => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !/^(csrfmiddlewaretoken|draft|client_id)$/.test(name)) (fields[name] ||= []).push(value);
    }
    return fields;
  };
  const entryOf = (form) => ({
    client_id: form.elements.client_id.value, form: form.dataset.sheet, match: Number(form.dataset.match || 0), word: form.dataset.word || "",
    icon: form.dataset.icon || "", typed_at: new Date().toISOString(), fields: fieldsOf(form), here: !offlinePage, checked: Boolean(form.dataset.checked),
  });
  const show = (form, what, text) => {
    form.querySelectorAll("[data-refused], [data-kept]").forEach((one) => { one.hidden = !one.matches(what); });
    const box = form.querySelector(what);
    if (text) box.querySelector("[data-reason]").textContent = text;
    box.focus();
    box.scrollIntoView({ block: "center" });
  };
  const freshId = (form) => { form.elements.client_id.value = crypto.randomUUID(); delete form.dataset.touched; };

  const onSubmit = async (event) => {
    const form = event.currentTarget;
    if (event.defaultPrevented || !owner || form.dataset.plain) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    try {
      const entry = entryOf(form);
      await queue.keep(owner, form.dataset.sync || said.sync, entry);
      navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("peerhub.send")).catch(() => {});
      if (going) await going.catch(() => {}); // what is on its way began before this entry
      const { told } = await send();
      const answer = told.get(entry.client_id);
      if (answer?.status === "refused") { form.dataset.checked = "yes"; show(form, "[data-refused]", answer.reason); return; }
      if (answer?.status === "conflict") { await compare(entry, answer); return; }
      if (answer && !offlinePage) { document.body.dataset.leaving = ""; window.location.assign(form.dataset.done); return; }
      freshId(form);
      form.dispatchEvent(new CustomEvent("peerhub:kept", { bubbles: true, detail: { sent: Boolean(answer) } }));
      if (!offlinePage) { form.querySelector("[data-kept-on]").href = form.dataset.done; form.classList.add("is-kept"); show(form, "[data-kept]"); }
    } catch (error) {
      if (error?.name !== "QuotaExceededError" && error?.name !== "InvalidStateError" && error?.name !== "UnknownError") throw error;
      form.dataset.plain = "yes"; // this browser keeps nothing (a private window, a full phone): the form goes as it always did
      form.requestSubmit(button?.type === "submit" ? button : undefined);
    } finally {
      delete form.dataset.sending;
      button?.removeAttribute("aria-busy");
    }
  };
  document.querySelectorAll("form[data-sheet]").forEach((form) => form.addEventListener("submit", onSubmit));
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-sheet]");
    if (form && !form.dataset.touched && form.classList.contains("is-kept")) freshId(form);
    if (form) form.dataset.touched = "yes";
  });
  // Time went by since a conflict was said: asked again, the answer is that of today. A match may have ended.
  const again = async (entry, sync) => {
    await queue.keep(owner, sync, entry);
    if (going) await going.catch(() => {});
    const { told } = await send();
    const answer = told.get(entry.client_id);
    if (answer?.status === "conflict") await compare({ ...entry, sync }, answer);
  };
  // The page with both versions is made by the server: the phone's version travels there as a form.
  const compare = async (entry, { compare: address, version }) => {
    const hello = await fetch(said.sync || entry.sync, { redirect: "manual", headers: { "X-Background": "1" } });
    if (!hello.ok) return;
    const form = document.createElement("form");
    form.method = "post";
    form.action = address;
    const add = (name, value) => { const field = document.createElement("input"); field.type = "hidden"; field.name = name; field.value = value; form.append(field); };
    add("csrfmiddlewaretoken", (await hello.json()).token);
    add("client_id", entry.client_id);
    add("version", version);
    Object.entries(entry.fields).forEach(([name, values]) => values.forEach((value) => add(name, value)));
    document.body.append(form);
    document.body.dataset.leaving = "";
    form.submit();
  };

  const start = async () => {
    if (offlinePage) owner = await queue.lastOwner();
    const settled = new URLSearchParams(window.location.search).get("settled");
    if (settled) {
      await queue.drop(settled);
      window.history.replaceState(null, "", window.location.pathname);
    }
    const today = document.querySelector("[data-today][data-plan]");
    if (today && owner) await queue.keepPlan(owner, { sync: said.sync, ...JSON.parse(today.dataset.plan) });
    self.peerhubPhone = { queue, send, again, freshId, entryOf, owner, line };
    document.dispatchEvent(new CustomEvent("peerhub:ready"));
    await tell();
    await send();
  };
  window.addEventListener("online", () => send());
  window.addEventListener("offline", () => tell());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(async () => { if (!document.hidden && (await queue.counts(owner)).waiting) send(); }, EVERY);
  start().catch(() => {});
})();
