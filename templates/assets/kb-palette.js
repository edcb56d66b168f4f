/* The reader's choice of scheme, before anything is painted. Until there is one, the system's holds: the theme stores
   the scheme of the first visit as if it had been chosen, so what it stored is dropped. */
"use strict";
{
  const chosen = __md_get("kb-scheme");
  if (!chosen) {
    try {
      localStorage.removeItem(__md_scope.pathname + ".__palette");
    } catch {
      /* storage is refused: there is nothing to drop */
    }
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.setAttribute("data-md-color-scheme", chosen || (dark ? "slate" : "default"));
  document.querySelector("[data-md-component=palette]").addEventListener("change", (event) => {
    __md_set("kb-scheme", event.target.getAttribute("data-md-color-scheme"));
  });
}
