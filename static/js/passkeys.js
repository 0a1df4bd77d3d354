// Passkeys: a button asks the browser for a key, puts the answer into its form and sends it. When that fails, the
// sentence beside the button says so; where a browser knows no passkeys the button is not offered.
(() => {
  const able = window.PublicKeyCredential && window.webauthnJSON;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  const create = (button) => {
    const { creation_options: options } = read(button.dataset.options);
    const alone = document.getElementById(button.dataset.alone);
    const wanted = options.publicKey.authenticatorSelection;
    wanted.residentKey = alone.checked ? "required" : "discouraged";
    wanted.requireResidentKey = alone.checked;
    if (alone.checked) wanted.userVerification = "required";
    return window.webauthnJSON.create(options);
  };
  const login = async (button) => {
    const answer = await fetch(button.form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return window.webauthnJSON.get((await answer.json()).request_options);
  };
  const prove = (button) => window.webauthnJSON.get(read(button.dataset.options).request_options);
  const ways = { create, login, prove };

  for (const button of document.querySelectorAll("[data-passkey]")) {
    const note = document.querySelector("[data-passkey-failed]");
    if (!able) { button.hidden = true; if (note && button.dataset.passkey !== "login") note.hidden = false; continue; }
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (note) note.hidden = true;
      button.disabled = true;
      try {
        const credential = await ways[button.dataset.passkey](button);
        button.form.elements.credential.value = JSON.stringify(credential);
        button.form.submit();
      } catch {
        button.disabled = false;
        if (note) { note.hidden = false; note.focus(); }
      }
    });
  }
})();
