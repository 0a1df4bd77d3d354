// <form data-draft="visit-12"> keeps typed text for this tab only, until it is sent or the person logs out.
(() => {
  const PREFIX = "peerhub.draft.";
  const SENT = "peerhub.sent";
  let store;
  try { store = window.sessionStorage; store.getItem(SENT); } catch { return; }
  const keys = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));
  const fields = (form) => [...form.elements].filter((field) => field.name && field.matches("textarea, input[type=text]"));

  if (document.body.hasAttribute("data-logged-out")) keys().forEach((key) => store.removeItem(key));

  // Sent, and a fresh page without errors came back: the text is safe with us and leaves the phone.
  const sent = store.getItem(SENT);
  const arrival = performance.getEntriesByType("navigation")[0]?.type;
  if (sent) {
    const failed = document.querySelector("[data-error-summary], .is-invalid, [data-error-page]");
    if (arrival === "navigate" && !failed) store.removeItem(sent);
    store.removeItem(SENT);
  }

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const key = PREFIX + form.dataset.draft;
    let kept = {};
    try { kept = JSON.parse(store.getItem(key) || "{}"); } catch { store.removeItem(key); }
    fields(form).forEach((field) => { if (!field.value && kept[field.name]) field.value = kept[field.name]; });
    form.addEventListener("input", () => {
      const typed = fields(form).filter((field) => field.value).map((field) => [field.name, field.value]);
      try { store.setItem(key, JSON.stringify(Object.fromEntries(typed))); } catch { /* full: typing goes on without a draft */ }
    });
    form.addEventListener("submit", () => store.setItem(SENT, key));
  });

  document.addEventListener("submit", (event) => {
    if ("logout" in event.target.dataset) keys().forEach((key) => store.removeItem(key));
  });
})();
