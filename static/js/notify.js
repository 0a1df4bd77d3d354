// “Notify me on this device”: asks the browser once, after a tap, and tells the server where to send.
(() => {
  const box = document.querySelector("[data-push]");
  if (!box) return;
  const button = box.querySelector("[data-push-allow]");
  const say = (name) => {
    box.querySelectorAll("[data-push-says]").forEach((line) => { line.hidden = line.dataset.pushSays !== name; });
  };
  const works = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!works) { say("impossible"); return; }
  if (Notification.permission === "denied") { say("denied"); return; }
  button.hidden = false;

  const bytes = (text) => {
    const plain = atob((text + "=".repeat((4 - (text.length % 4)) % 4)).replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const nameOf = () => {
    const agent = navigator.userAgent;
    const browser = ["Edg", "Firefox", "Chrome", "Safari"].find((one) => agent.includes(one)) || "Browser";
    const device = ["iPhone", "iPad", "Android", "Windows", "Mac", "Linux"].find((one) => agent.includes(one)) || "";
    return `${device} ${browser === "Edg" ? "Edge" : browser}`.trim();
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (await Notification.requestPermission() !== "granted") { say("denied"); return; }
      const registration = await Promise.race([
        navigator.serviceWorker.ready,
        new Promise((_resolve, reject) => { setTimeout(() => reject(new Error("no worker")), 8000); }),
      ]);
      const wanted = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.pushKey) };
      const known = await registration.pushManager.getSubscription();
      const subscription = known || await registration.pushManager.subscribe(wanted);
      const { endpoint, keys } = subscription.toJSON();
      const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth, name: nameOf() });
      const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
      const answer = await fetch(box.dataset.pushUrl, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (!answer.ok || !(await answer.json()).kept) throw new Error(String(answer.status));
      say("allowed");
      location.reload();
    } catch {
      say("failed");
    } finally {
      button.disabled = false;
    }
  });
})();
