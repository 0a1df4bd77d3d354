// Forms that forgive: errors are found at once, a form is sent once, and leaving half-written work asks first.
(() => {
  const summary = document.querySelector("[data-error-summary]");
  if (summary && !summary.closest("[data-no-focus]")) summary.focus();

  // A link in the summary goes into its field, also when the field is a group of choices.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    if (!link) return;
    const target = document.getElementById(link.hash.slice(1)) || document.getElementById(`${link.hash.slice(1)}_0`);
    const field = target && (target.matches("input,select,textarea") ? target : target.querySelector("input,select,textarea"));
    if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
  });

  const release = (form) => {
    delete form.dataset.sent;
    document.querySelectorAll("[data-held]").forEach((button) => {
      if (button.form === form) { button.disabled = false; button.removeAttribute("data-held"); button.removeAttribute("aria-busy"); }
    });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "resubmit" in form.dataset) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const button = event.submitter;
    // After the browser has read the form, so that the button's own value still travels.
    setTimeout(() => {
      if (!button) return;
      button.disabled = true;
      button.dataset.held = "";
      button.setAttribute("aria-busy", "true");
    });
    // A download or a lost connection leaves the page standing: give the button back.
    setTimeout(() => release(form), 10000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && "warnUnsaved" in form.dataset) changed.add(form);
  });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) changed.clear(); });
  window.addEventListener("beforeunload", (event) => { if (changed.size && !("leaving" in document.body.dataset)) event.preventDefault(); });
})();
