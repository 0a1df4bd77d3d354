// Small comforts of every page: `/` goes to search, ticking all rows, the offline line, the print button.
(() => {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  });

  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-tick-all]");
    if (all) document.querySelectorAll(`input[name="${CSS.escape(all.dataset.tickAll)}"]`).forEach((box) => { box.checked = all.checked; });
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const field = document.getElementById(copy.dataset.copy);
      field.select();
      navigator.clipboard?.writeText(field.value).then(() => { copy.querySelector("span").textContent = copy.dataset.copied; });
    }
    const leave = event.target.closest("[data-leave]");
    if (leave) { event.preventDefault(); window.location.replace(leave.href); }
  });

  const banner = document.querySelector("[data-offline]");
  const show = () => { if (banner) banner.hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
})();
