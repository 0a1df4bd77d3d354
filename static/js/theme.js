// Runs before the first paint: light or dark, as chosen here or as the device asks.
(() => {
  const KEY = "peerhub.theme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem(KEY) || "auto"; } catch { return "auto"; } };
  const apply = () => {
    const choice = chosen();
    const dark = choice === "dark" || (choice === "auto" && system.matches);
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      const on = button.dataset.themeChoice === choice;
      button.setAttribute("aria-pressed", String(on));
      button.classList.toggle("active", on);
    });
  };
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try { localStorage.setItem(KEY, button.dataset.themeChoice); } catch { /* private window: the choice lasts for this page */ }
    apply();
  });
})();
