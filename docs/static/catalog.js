// Filters the catalog's table of all images. Without this script the table is shown whole.
(() => {
  "use strict";

  function start() {
    const table = document.querySelector("#all-images table");
    if (!table || !table.tBodies.length) return;
    const rows = Array.from(table.tBodies[0].rows, (row) => ({ row, text: row.textContent.toLowerCase() }));

    const label = document.createElement("label");
    label.htmlFor = "catalog-search";
    label.textContent = "Search the images: a child, a parent, a family or a pack";
    const input = document.createElement("input");
    input.id = "catalog-search";
    input.type = "search";
    input.placeholder = "svchost.exe";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.setAttribute("aria-describedby", "catalog-search-count");
    const count = document.createElement("p");
    count.id = "catalog-search-count";
    count.setAttribute("role", "status");
    const box = document.createElement("div");
    box.className = "catalog-search";
    box.setAttribute("role", "search");
    box.append(label, input, count);
    (table.closest(".table-wrapper") || table).before(box);

    function filter() {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { row, text } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = shown
        ? `${shown} of ${rows.length} images`
        : "No image matches. Search for a base name, without its path.";
    }

    input.addEventListener("input", filter);
    input.addEventListener("search", filter);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && input.value) {
        input.value = "";
        filter();
      }
    });
    window.addEventListener("pageshow", filter); // a browser that goes back restores what was typed
    filter();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
