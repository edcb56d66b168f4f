/* What the theme's script needs before anything else: where the site begins, and storage under that name.
   Same names and meaning as the theme's own inline script. */
"use strict";
var __md_scope = new URL(document.currentScript.dataset.scope || ".", location);
if (!__md_scope.pathname.endsWith("/")) __md_scope = new URL(__md_scope.pathname + "/", location);
var __md_hash = (text) => [...text].reduce((hash, char) => (hash << 5) - hash + char.charCodeAt(0), 0);
var __md_get = (key, storage, scope = __md_scope) => {
  try {
    return JSON.parse((storage || localStorage).getItem(scope.pathname + "." + key));
  } catch {
    return null; // storage is refused to this page, or holds something else
  }
};
var __md_set = (key, value, storage, scope = __md_scope) => {
  try {
    (storage || localStorage).setItem(scope.pathname + "." + key, JSON.stringify(value));
  } catch {
    /* storage is full or refused: the choice lasts for this page */
  }
};
