// The service worker. It keeps one page without a single name, and what that page needs; never a page behind the log-in.
// SHELL, PAGE, VERSION, QUEUE and PUSH stand above, written by the server (home.views.worker).
importScripts(QUEUE, PUSH);
const CACHE = `peerhub-${VERSION}`;

self.addEventListener("install", (event) => {
  const page = new Request(PAGE, { credentials: "omit", cache: "reload" });
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([page, ...SHELL])).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("peerhub-") && name !== CACHE;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // Always the network first. Without one the page with pictures opens, at the address that was asked for.
    event.respondWith(fetch(request).catch(async (error) => {
      const kept = await (await caches.open(CACHE)).match(PAGE);
      if (kept) return kept;
      throw error;
    }));
  } else if (new URL(request.url).pathname.startsWith("/static/")) {
    event.respondWith(caches.open(CACHE).then(async (cache) => (await cache.match(request)) || fetch(request)));
  }
});
// Where a browser knows Background Sync, what waits goes as soon as there is a connection, without a page being open.
self.addEventListener("sync", (event) => {
  if (event.tag !== "peerhub.send") return;
  event.waitUntil(self.peerhubQueue.send().then(({ went }) => { if (went === "later") throw new Error("no connection yet"); }));
});
