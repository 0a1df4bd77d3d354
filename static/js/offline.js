// The page that opens without a connection: people by their pictures, both sheets, and what waits to be sent.
(() => {
  const page = document.querySelector("[data-offline-page]");
  if (!page) return;
  const part = (name) => page.querySelector(`[data-${name}]`);
  const copy = (name) => page.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
  const icon = (name) => {
    const mark = copy("icon");
    const use = mark.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
    return mark;
  };
  const today = () => { const now = new Date(); return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10); };
  const day = (iso) => new Date(`${iso}T12:00`).toLocaleDateString(document.documentElement.lang.replace(/^en$/, "en-GB"), { weekday: "long", day: "numeric", month: "long" });
  let phone = null;
  let plan = null;
  let draftTimer = 0;

  const sheets = () => page.querySelectorAll("form[data-sheet]");
  const home = () => {
    sheets().forEach((form) => { form.hidden = true; });
    part("home").hidden = false;
    draw();
  };
  const nearest = (form, name, wanted) => {
    const radios = [...form.querySelectorAll(`[name=${name}]`)];
    const exact = radios.find((one) => one.value === String(wanted));
    const close = exact || radios.sort((one, other) => Math.abs(one.value - wanted) - Math.abs(other.value - wanted))[0];
    if (close) close.checked = true;
  };
  const fill = (form, fields) => {
    for (const field of form.elements) {
      if (!field.name || field.name === "client_id") continue;
      const values = fields[field.name] || [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.tagName !== "BUTTON") field.value = values[0] || "";
    }
  };
  const chips = (form, name, ones) => {
    const field = form.querySelector(`[data-${name}]`);
    if (!field) return;
    field.hidden = !ones.length;
    field.querySelector(`[data-${name}-list]`).replaceChildren(...ones.map(([value, ...words]) => {
      const chip = copy(name === "also" ? "also-one" : "goal-one");
      const box = chip.querySelector("input");
      Object.assign(box, { value, id: `${name}-${value}` });
      const label = chip.querySelector("label");
      label.htmlFor = box.id;
      label.append(...words);
      return chip;
    }));
  };
  const openSheet = (kind, person, kept) => {
    const form = page.querySelector(`form[data-sheet=${kind}]`);
    form.reset();
    form.elements.occurred_on.max = today();
    form.querySelectorAll("[data-refused], [data-kept]").forEach((one) => { one.hidden = true; });
    delete form.dataset.checked;
    delete form.dataset.touched;
    Object.assign(form.dataset, { match: person.match, word: person.word, icon: person.icon, sync: person.sync || plan?.sync || "" });
    form.querySelector("[data-sheet-person]").replaceChildren(icon(person.icon), ` ${person.word}`);
    const others = (plan?.people || []).filter((one) => one.match !== person.match);
    const known = (plan?.people || []).find((one) => one.match === person.match);
    chips(form, "also", others.map((one) => [one.match, icon(one.icon), ` ${one.word}`]));
    // Numbers only: her words stay on the server. What was ticked keeps its chip, also when the plan no longer has it.
    const goals = [...new Set([...(known?.goals || []), ...(kept?.fields.goals || []).map(Number)])].sort((one, other) => one - other);
    chips(form, "goals", goals.map((number) => [number, ` ${number}`]));
    if (kept) {
      form.elements.client_id.value = kept.client_id;
      fill(form, kept.fields);
      if (kept.reason) { form.querySelector("[data-reason]").textContent = kept.reason; form.querySelector("[data-refused]").hidden = false; form.dataset.checked = "yes"; }
    } else {
      phone.freshId(form);
      form.elements.occurred_on.value = today();
      if (kind === "held") { nearest(form, "minutes", person.minutes); nearest(form, "place", person.place); }
    }
    part("home").hidden = true;
    sheets().forEach((one) => { one.hidden = one !== form; });
    form.querySelector("h1").focus();
  };
  const drawPeople = () => {
    part("people").replaceChildren(...(plan?.people || []).map((person) => {
      const card = copy("person");
      card.querySelector("[data-name]").append(icon(person.icon), ` ${person.word}`);
      card.querySelector("[data-when]").textContent = person.when;
      card.querySelectorAll("[data-open]").forEach((button) => button.addEventListener("click", () => openSheet(button.dataset.open, person)));
      return card;
    }));
    part("nobody").hidden = Boolean(plan?.people?.length);
  };
  const draw = async () => {
    const all = await phone.queue.list(phone.owner);
    part("waiting").replaceChildren(...all.map(({ id, state, sync, entry }) => {
      const row = copy("entry");
      row.dataset.state = state;
      row.querySelector("[data-name]").append(...(entry.icon ? [icon(entry.icon), " "] : []), `${entry.word} · ${page.dataset[entry.form]}`);
      row.querySelector("[data-when]").textContent = `${day(entry.fields.occurred_on[0])} · ${page.dataset[`state${state[0].toUpperCase()}${state.slice(1)}`]}`;
      const reason = row.querySelector("[data-reason]");
      reason.textContent = entry.reason || "";
      reason.hidden = !entry.reason || state === "waiting";
      const both = row.querySelector("[data-compare]");
      both.hidden = state !== "conflict";
      both.addEventListener("click", () => phone.again(entry, sync));
      row.querySelector("[data-edit]").addEventListener("click", () => openSheet(entry.form, { ...entry, sync }, entry));
      row.querySelector("[data-throw]").addEventListener("click", () => {
        const dialog = document.getElementById("throw-away");
        dialog.returnValue = "";
        dialog.showModal();
        dialog.addEventListener("close", async () => { if (dialog.returnValue === "yes") { await phone.queue.drop(id); await phone.send(); draw(); } }, { once: true });
      });
      return row;
    }));
    part("waiting-none").hidden = all.length > 0;
    part("waiting-some").hidden = all.length === 0;
  };
  const asked = () => {
    const found = window.location.pathname.match(/\/visits\/(\d+)\/log\/$/);
    const person = found && plan?.people.find((one) => one.match === Number(found[1]));
    if (person) openSheet(new URLSearchParams(window.location.search).has("missed") ? "missed" : "held", person);
  };

  document.addEventListener("peerhub:ready", async () => {
    phone = self.peerhubPhone;
    plan = await phone.queue.plan(phone.owner).catch(() => null);
    drawPeople();
    part("online").hidden = !navigator.onLine;
    if (plan) page.querySelectorAll("[data-today-link]").forEach((link) => { link.href = `/p/${plan.slug}/today/`; });
    asked();
    await draw();
  });
  document.addEventListener("peerhub:queue", () => { part("online").hidden = !navigator.onLine; if (phone && !part("home").hidden) draw(); });
  document.addEventListener("peerhub:kept", home);
  page.querySelectorAll("[data-back]").forEach((button) => button.addEventListener("click", home));
  part("send-now").addEventListener("click", () => phone.send());
  // Half a sheet survives as well: it is kept from the first keystroke on, as a draft that is not sent.
  page.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-sheet]");
    if (!form || !phone) return;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(() => { if (!form.hidden && !form.dataset.sending) phone.queue.keep(phone.owner, form.dataset.sync, phone.entryOf(form), "draft"); }, 400);
  });
})();
