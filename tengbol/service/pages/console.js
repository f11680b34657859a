// What makes pages handier. Every act can be done without it.
"use strict";
document.documentElement.classList.add("js");

// A job under way: its bar moves, and when it is over the page is read again.
for (const place of document.querySelectorAll("[data-progress]")) {
  const told = new EventSource(place.dataset.progress);
  const look = event => {
    const job = JSON.parse(event.data), bar = place.querySelector("progress");
    if (bar && job.total) { bar.max = job.total; bar.value = job.done ?? 0; }
    if (!["queued", "running"].includes(job.state)) { told.close(); location.reload(); }
    else if (job.state !== place.dataset.state) { told.close(); location.reload(); }
  };
  for (const state of ["queued", "running", "done", "refused", "failed", "cancelled"]) told.addEventListener(state, look);
}

// A table that is wider than its place is scrolled by the keyboard, too.
for (const table of document.querySelectorAll(".table")) if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;

// One box ticks all of its list, or all of one enforcer.
for (const all of document.querySelectorAll("[data-ticks]")) {
  all.addEventListener("change", () => {
    for (const one of document.querySelectorAll(`[data-of="${CSS.escape(all.dataset.ticks)}"], [data-list="${CSS.escape(all.dataset.ticks)}"]`)) one.checked = all.checked;
  });
}
