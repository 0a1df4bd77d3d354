// A slider and the number beside it say the same: whichever is changed, the other follows.
(() => {
  document.addEventListener("input", (event) => {
    const slider = event.target.closest("[data-slider]");
    if (!slider) return;
    const other = slider.querySelector(event.target.type === "range" ? "[type=number]" : "[type=range]");
    if (other && event.target.value !== "") other.value = event.target.value;
  });
})();
