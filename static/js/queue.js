// What was typed on this phone and is not sent yet. It lies sealed in the browser's own database, entry by entry; the
// key is made here, can be used by our pages alone and never be taken out. No name is ever in it (docs/adr, offline).
// Used by pages and by the service worker, so nothing here touches a page.
(() => {
  const able = Boolean(self.crypto?.subtle && self.indexedDB);
  const BATCH = 20;
  const STORES = { entries: "id", keys: "owner", plans: "owner", marks: "name" };

  const open = () => new Promise((done, failed) => {
    const asked = indexedDB.open("peerhub", 1);
    asked.onupgradeneeded = () => Object.entries(STORES).forEach(([name, keyPath]) => asked.result.createObjectStore(name, { keyPath }));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const within = async (stores, mode, work) => {
    const db = await open();
    try {
      return await new Promise((done, failed) => {
        const deal = db.transaction(stores, mode);
        const asked = work(deal);
        deal.oncomplete = () => done(asked?.result);
        deal.onabort = () => failed(deal.error);
      });
    } finally { db.close(); }
  };
  const get = (store, key) => within([store], "readonly", (deal) => deal.objectStore(store).get(key));
  const put = (store, row) => within([store], "readwrite", (deal) => { deal.objectStore(store).put(row); });
  const drop = (store, key) => within([store], "readwrite", (deal) => { deal.objectStore(store).delete(key); });
  const rows = () => within(["entries"], "readonly", (deal) => deal.objectStore("entries").getAll());

  const keyOf = async (owner) => {
    const known = await get("keys", owner);
    if (known) return known.key;
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    // Two pages may come here at once: the first key stays.
    await within(["keys"], "readwrite", (deal) => { deal.objectStore("keys").add({ owner, key }).onerror = (event) => { event.preventDefault(); event.stopPropagation(); }; });
    return (await get("keys", owner)).key;
  };
  const seal = async (owner, thing) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(thing));
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(owner), text) };
  };
  const unseal = async (owner, { iv, sealed }) => {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(owner), sealed);
    return JSON.parse(new TextDecoder().decode(text));
  };

  // state: draft (being typed), waiting, refused (with a reason), conflict (with the address where both are shown)
  // Half a sheet never takes the place of a whole one that waits to be sent.
  const keep = async (owner, sync, entry, state = "waiting") => {
    if (state === "draft" && !["draft", undefined].includes((await get("entries", entry.client_id))?.state)) return;
    await put("entries", { id: entry.client_id, owner, sync, state, at: Date.now(), ...(await seal(owner, entry)) });
    self.navigator.storage?.persist?.().catch(() => {});
  };
  const list = async (owner) => {
    if (!able || !owner) return [];
    const mine = (await rows()).filter((row) => row.owner === owner).sort((one, other) => one.at - other.at);
    return Promise.all(mine.map(async (row) => ({ id: row.id, state: row.state, at: row.at, sync: row.sync, entry: await unseal(owner, row) })));
  };
  const counts = async (owner) => {
    const mine = able && owner ? (await rows()).filter((row) => row.owner === owner) : [];
    const inState = (...states) => mine.filter((row) => states.includes(row.state)).length;
    const sent = able && owner ? (await get("marks", `sent ${owner}`))?.at : 0;
    return { waiting: inState("waiting"), stuck: inState("refused", "conflict"), drafts: inState("draft"), sent: sent || 0 };
  };

  const plan = async (owner) => { const row = able && owner && await get("plans", owner); return row ? unseal(owner, row) : null; };
  const keepPlan = async (owner, people) => put("plans", { owner, ...(await seal(owner, people)) });
  const setOwner = (owner) => put("marks", { name: "owner", owner });
  const lastOwner = async () => (able ? (await get("marks", "owner"))?.owner : "") || "";
  const wipe = (owner) => within(Object.keys(STORES), "readwrite", (deal) => {
    const entries = deal.objectStore("entries");
    entries.openCursor().onsuccess = ({ target: { result: row } }) => { if (row) { if (row.value.owner === owner) row.delete(); row.continue(); } };
    deal.objectStore("keys").delete(owner);
    deal.objectStore("plans").delete(owner);
    deal.objectStore("marks").delete(`sent ${owner}`);
    deal.objectStore("marks").delete("owner");
  });

  const asking = (sync, more = {}) => fetch(sync, { redirect: "manual", credentials: "same-origin", ...more, headers: { "X-Background": "1", ...more.headers } });
  const settle = async (row, entry, told) => {
    const now = await get("entries", row.id);
    if (!now || now.at !== row.at) return; // mended or thrown away while it was on its way: what is there now is meant
    if (told.status === "stored" || told.status === "duplicate") {
      await drop("entries", row.id);
      await put("marks", { name: `sent ${row.owner}`, at: Date.now() });
      return;
    }
    const { reason = "", compare = "", version = 0 } = told;
    await put("entries", { ...row, state: told.status, ...(await seal(row.owner, { ...entry, reason, compare, version })) });
  };
  // One address: ask who is logged in and for a fresh token, then send what is hers. Returns how it went, in one word.
  const sendTo = async (sync, mine, told) => {
    const hello = await asking(sync);
    if (!hello.ok) return hello.type === "opaqueredirect" || hello.status === 401 ? "login" : "later";
    const { owner, token } = await hello.json();
    const hers = mine.filter((row) => row.owner === owner);
    for (let first = 0; first < hers.length; first += BATCH) {
      const part = hers.slice(first, first + BATCH);
      const entries = await Promise.all(part.map((row) => unseal(owner, row)));
      const body = JSON.stringify({ entries, sent_at: new Date().toISOString() });
      const answer = await asking(sync, { method: "POST", body, headers: { "X-CSRFToken": token, "Content-Type": "application/json" } });
      if (!answer.ok) return answer.type === "opaqueredirect" ? "login" : "later";
      const { answers } = await answer.json();
      for (const [number, one] of answers.entries()) {
        await settle(part[number], entries[number], one);
        told.set(one.client_id, one);
      }
    }
    return hers.length === mine.length ? "sent" : "other";
  };
  const sendAll = async () => {
    const waiting = (await rows()).filter((row) => row.state === "waiting");
    const told = new Map();
    let went = "sent";
    for (const sync of new Set(waiting.map((row) => row.sync))) {
      const mine = waiting.filter((row) => row.sync === sync);
      const how = await sendTo(sync, mine, told).catch(() => "later");
      if (how !== "sent") went = how;
    }
    return { went, told };
  };
  // Two windows and the service worker may want to send at once: they queue for it. The server would not mind.
  const send = () => {
    if (!able) return Promise.resolve({ went: "later", told: new Map() });
    return navigator.locks ? navigator.locks.request("peerhub.send", sendAll) : sendAll();
  };

  self.peerhubQueue = { able, keep, list, counts, drop: (id) => drop("entries", id), plan, keepPlan, setOwner, lastOwner, wipe, send };
})();
