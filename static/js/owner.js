// Whose phone is it now, and: who logs out with visits that are not sent yet is asked first. Then nothing stays behind.
(() => {
  const queue = self.peerhubQueue;
  const { owner } = document.body.dataset;
  if (!queue?.able || !owner) return;
  queue.setOwner(owner).catch(() => {});

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form.getAttribute("action") || window.location.pathname).endsWith("/accounts/logout/") || form.dataset.wiped) return;
    event.preventDefault();
    const { waiting, stuck, drafts } = await queue.counts(owner).catch(() => ({ waiting: 0, stuck: 0, drafts: 0 }));
    const dialog = document.getElementById("leave-unsent");
    if (waiting + stuck + drafts > 0 && dialog) {
      dialog.returnValue = "";
      dialog.querySelector("[data-unsent]").textContent = waiting + stuck + drafts;
      dialog.showModal();
      await new Promise((closed) => { dialog.addEventListener("close", closed, { once: true }); });
      if (dialog.returnValue !== "yes") return;
    }
    form.dataset.wiped = "yes";
    await queue.wipe(owner).catch(() => {});
    form.submit();
  }, true);
})();
