// <form data-draft="visit-12">: typed text is kept on the server, sealed, until it is sent, thrown away or a week old.
// The browser stores nothing: the text is in the page and with us. Every save also tells session.js how long is left.
(() => {
  const url = document.body.dataset.draftUrl;
  if (!url) return;
  const WAIT = 1500;
  const TYPED = "textarea, input[type=text], input[type=email], input[type=tel]";
  const fields = (form) => [...form.elements].filter((field) => field.name && field.matches(TYPED));
  const tell = (answer) => document.dispatchEvent(new CustomEvent("peerhub:left", { detail: answer }));

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const key = form.dataset.draft;
    const note = form.querySelector("[data-draft-note]");
    const said = form.querySelector("[data-draft-said]");
    const filled = new Map();
    let timer = 0;
    let changed = false;
    let saving = null;
    let sent = false;

    const show = (text) => { if (note && said) { said.textContent = text; note.hidden = !text; } };
    const send = (what, background) => fetch(url, {
      method: "POST",
      redirect: "manual",
      keepalive: true, // the last words before the page goes
      headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value, ...(background && { "X-Background": "1" }) },
      body: new URLSearchParams({ key, ...what }),
    });

    const save = async (background = false) => {
      clearTimeout(timer);
      if (!changed || sent) return;
      changed = false;
      const typed = fields(form).filter((field) => field.value).map((field) => [field.name, field.value]);
      try {
        saving = send({ fields: JSON.stringify(Object.fromEntries(typed)) }, background);
        const answer = await saving;
        if (answer.ok) tell(await answer.json());
        else if (answer.status === 413) show((await answer.json()).refused);
        else changed = true;
      } catch { changed = true; } // no connection: tried again with the next word, or when it is back
      finally { saving = null; }
    };

    const offer = async () => {
      const answer = await fetch(`${url}?key=${encodeURIComponent(key)}`, { redirect: "manual", headers: { "X-Background": "1" } });
      if (!answer.ok) return;
      const draft = await answer.json();
      fields(form).forEach((field) => {
        const text = draft.fields?.[field.name];
        if (field.value || !text) return;
        field.value = text;
        filled.set(field, text);
        const box = form.elements[`has_${field.name}`]; // a text that shows only when its box is ticked
        if (box?.type === "checkbox") box.checked = true;
      });
      if (filled.size) show(draft.said);
    };

    form.addEventListener("input", (event) => {
      if (!event.target.matches(TYPED)) return;
      changed = true;
      clearTimeout(timer);
      timer = setTimeout(save, WAIT);
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      // A save that is still on its way would arrive after the form and keep what was just sent.
      if (saving) {
        event.preventDefault();
        const button = event.submitter;
        Promise.race([saving.catch(() => {}), new Promise((done) => { setTimeout(done, 2000); })])
          .then(() => { saving = null; form.requestSubmit(button?.type === "submit" ? button : undefined); });
        return;
      }
      sent = true;
      setTimeout(() => { sent = false; }, 10000); // still here: the form was not sent after all
    });
    form.querySelector("[data-draft-throw]")?.addEventListener("click", async () => {
      clearTimeout(timer);
      changed = false;
      filled.forEach((text, field) => { if (field.value === text) field.value = ""; });
      filled.clear();
      show("");
      fields(form)[0]?.focus();
      try { tell(await (await send({ throw: "1" })).json()); } catch { /* it goes by itself after a week */ }
    });
    document.addEventListener("peerhub:ending", () => save(true));
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
    window.addEventListener("online", () => save());
    offer().catch(() => {});
  });
})();
