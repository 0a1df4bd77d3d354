// The board of matching without a mouse: arrow keys walk the waiting list, Home and End go to its ends, Enter opens.
(() => {
  document.addEventListener("keydown", (event) => {
    const list = event.target.closest?.("[data-arrows]");
    if (!list || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...list.querySelectorAll("a")];
    const here = links.indexOf(event.target.closest("a"));
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: links.length - 1 }[event.key];
    if (next === undefined || !links[next]) return;
    event.preventDefault();
    links[next].focus();
  });

  // The chosen person is in sight in a long list; the page itself stays at its top.
  const chosen = document.querySelector("[data-arrows] [aria-current]");
  const pane = chosen?.closest(".desk-list");
  if (pane) pane.scrollTop = chosen.offsetTop + chosen.offsetHeight - pane.clientHeight + 16;

  // Three fit side by side: a fourth is not ticked.
  document.addEventListener("change", (event) => {
    if (event.target.name !== "with") return;
    const boxes = [...document.querySelectorAll("input[name=with]")];
    const full = boxes.filter((box) => box.checked).length >= 3;
    boxes.forEach((box) => { box.disabled = full && !box.checked; });
  });
})();
