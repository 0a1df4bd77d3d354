// <button data-confirm="dialog-id"> asks in a <dialog> before its form goes; <button data-opens="dialog-id"> only opens.
(() => {
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest(closer.dataset.closes)?.remove();

    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();

    const button = event.target.closest("[data-confirm]");
    if (!button || button.dataset.confirmed) return;
    const dialog = document.getElementById(button.dataset.confirm);
    if (!dialog?.showModal) return;
    event.preventDefault();
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") { button.focus(); return; }
      button.dataset.confirmed = "yes";
      if (button.form) button.form.requestSubmit(button.type === "submit" ? button : undefined);
      else button.click();
      delete button.dataset.confirmed;
    }, { once: true });
  });
})();
