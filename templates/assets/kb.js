/* Everything on a page works without this file. It remembers the shell, and opens the fold that a link points into. */
"use strict";
(() => {
  const shells = document.querySelectorAll("input[name=kb-shell]");
  const remembered = __md_get("kb-shell");
  for (const input of shells) {
    if (input.value === remembered) input.checked = true;
    input.addEventListener("change", () => __md_set("kb-shell", input.value));
  }

  // Anchors of this site are plain ASCII, so nothing is to be decoded.
  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    for (let element = target; element; element = element.parentElement) {
      if (element.tagName === "DETAILS") element.open = true;
    }
  };
  addEventListener("hashchange", openTarget);
  openTarget();
})();
