// For the service worker (importScripts): shows that something waits, says nothing about it, and opens it on a tap.
self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data ? event.data.json() : {}; } catch { said = {}; }
  const show = {
    lang: said.lang || "en",
    tag: said.tag || "peerhub",
    icon: "/static/img/icon-192.png",
    badge: "/static/img/icon-192.png",
    data: { url: typeof said.url === "string" && said.url.startsWith("/") && !said.url.startsWith("//") ? said.url : "/" },
  };
  event.waitUntil(self.registration.showNotification(said.title || "peerhub", show));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin).href;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const here = open.find((client) => client.url === url);
    return here ? here.focus() : self.clients.openWindow(url);
  })());
});
