/* The finder: a text area with live results. In place where a page has `.kb-finder`, else as a dialog that the header's
   box opens. What is pasted stays in this tab: the index is one file, fetched when the box is first used. */
"use strict";
(() => {
  const { make, quiet } = kbAnswer;
  const opener = document.querySelector(".kb-find");
  const { base, index: indexAddress, repository } = opener.dataset;
  const HASH = "#find=";

  const prepare = (index) => {
    kbRedaction.useRules(index.redaction);
    return {
      ...kbNames.prepare(index),
      base,
      repository,
      pages: new Map(index.records.map((record) => [record.id, record])),
      titles: new Map(index.pages.map(({ url, title }) => [url, title])),
    };
  };

  let loading, loaded;
  const loadLookup = () => (loading ??= fetch(indexAddress).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return answer.json();
  }).then((index) => (loaded = prepare(index))).catch((failure) => {
    loading = undefined; // the next keystroke tries again
    throw failure;
  }));

  /* Whether a text may be in an address: it is typed, not pasted, and holds nothing that must not be shown. */
  const isShareable = (text) => text.length <= loaded.rules.limits.paste && !/[\r\n]/.test(text)
    && !kbNames.isPaste(loaded, text) && !kbRedaction.redact(text).taken.length;
  const encode = (text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));

  let count = 0;
  const mount = (place) => {
    const id = `kb-finder-${++count}`;
    const box = make("textarea", {
      id, rows: 5, spellcheck: "false", autocomplete: "off", autocapitalize: "off", autocorrect: "off", "aria-controls": `${id}-results`,
      placeholder: "Traceback (most recent call last):\n  …\nanthropic.AuthenticationError: Error code: 401 - {'type': 'error', …",
    });
    const said = make("p", { class: "kb-finder__said", role: "status" });
    const results = make("div", { id: `${id}-results`, class: "kb-finder__results" });
    place.replaceChildren(
      make("label", { for: id }, "Paste a traceback or type an error's name"),
      box,
      quiet("Searched in your browser. Nothing is sent."),
      said,
      results,
    );
    return new Finder(box, said, results);
  };

  class Finder {
    constructor(box, said, results) {
      Object.assign(this, { box, said, results, pasted: false, typed: "" });
      box.addEventListener("input", () => this.find());
      box.addEventListener("paste", () => { this.pasted = true; });
      box.addEventListener("focus", () => loadLookup().catch(() => {}), { once: true });
      box.addEventListener("keydown", (event) => this.leaveBox(event));
      results.addEventListener("click", () => this.keep()); // so that one comes back to it
      results.addEventListener("keydown", (event) => this.moveInResults(event));
    }

    async find() {
      const text = this.box.value;
      if (!text.trim()) {
        this.remember("");
        this.show("");
        return;
      }
      if (!loaded) this.show("Loading the index …", quiet("Loading the index …"));
      try {
        await loadLookup();
      } catch (failure) {
        if (text === this.box.value) this.showFailure(failure);
        return;
      }
      if (text === this.box.value) this.answer(text); // else a later keystroke has its own turn
    }

    answer(text) {
      const answer = kbNames.find(loaded, text);
      this.remember(isShareable(text) ? text : "");
      const results = answer.results.filter(({ tier }) => tier !== "none");
      const parts = kbAnswer.render(loaded, text, answer, results, (other) => this.open(other));
      this.show(results.length ? `${results.length} page${results.length === 1 ? "" : "s"}` : parts[0].textContent, ...parts);
      if (this.pasted) this.showLine(answer.taken);
      this.pasted = false;
    }

    show(words, ...parts) {
      this.said.textContent = words;
      this.results.replaceChildren(...parts);
    }

    showFailure({ message }) {
      const again = make("button", { type: "button", class: "kb-finder__again" }, "Try again");
      again.addEventListener("click", () => this.open());
      this.show("The index could not be loaded", make("p", {}, `The index could not be loaded (${message}). `, again));
    }

    /* What was typed may be shared as an address; what was pasted is in none. Not at each letter: browsers allow only so
       many changes of the address, and some ask for the site's icon at each. */
    remember(typed) {
      clearTimeout(this.waiting);
      this.typed = typed;
      if (typed.trim()) this.waiting = setTimeout(() => this.keep(), 300);
      else this.keep();
    }

    keep() {
      clearTimeout(this.waiting);
      if (this.typed.trim()) history.replaceState(history.state, "", HASH + encode(this.typed));
      else if (location.hash.startsWith(HASH)) history.replaceState(history.state, "", location.pathname + location.search);
    }

    /* After a paste the box shows the exception's line, not the top. */
    showLine(line) {
      const at = this.box.value.split("\n").findLastIndex((other) => other.includes(line.slice(0, 40)));
      const height = parseFloat(getComputedStyle(this.box).lineHeight);
      this.box.scrollTop = Math.max(0, (at + 2) * height - this.box.clientHeight);
    }

    links() {
      return [...this.results.querySelectorAll(".kb-finder__link")];
    }

    leaveBox(event) {
      const typed = !this.box.value.includes("\n");
      const atEnd = this.box.selectionStart === this.box.value.length;
      const [first] = this.links();
      if (event.key === "Enter" && !event.shiftKey && typed && first) {
        event.preventDefault();
        first.click();
      } else if (event.key === "ArrowDown" && first && (typed || atEnd)) {
        event.preventDefault();
        first.focus();
      }
    }

    moveInResults(event) {
      const links = this.links();
      const at = links.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || at < 0) return;
      event.preventDefault();
      (links[at + step] ?? (step < 0 ? this.box : links[at])).focus();
    }

    open(text = this.box.value) {
      this.box.value = text;
      this.box.focus();
      if (text) this.find();
    }
  }

  let dialog, inDialog;
  const openDialog = (text) => {
    if (!dialog) {
      const place = make("div", { class: "kb-finder" });
      const close = make("button", { type: "button", class: "kb-finder__close" }, "Close");
      dialog = make("dialog", { class: "kb-dialog md-typeset", "aria-label": "Find an error" }, close, place);
      document.body.append(dialog);
      close.addEventListener("click", () => dialog.close());
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
      dialog.addEventListener("close", () => inDialog.remember(""));
      inDialog = mount(place);
    }
    if (!dialog.open) dialog.showModal();
    inDialog.open(text);
  };

  const place = document.querySelector(".kb-finder");
  const inPlace = place && mount(place);
  const open = (text) => (inPlace ? inPlace.open(text) : openDialog(text));

  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });

  addEventListener("keydown", (event) => {
    const busy = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !["/", "s", "f"].includes(event.key)) return;
    event.preventDefault();
    open();
  });

  const followAddress = () => {
    if (!location.hash.startsWith(HASH)) {
      dialog?.close();
      return;
    }
    try {
      open(decodeURIComponent(location.hash.slice(HASH.length)));
    } catch {
      /* not an address of ours */
    }
  };
  addEventListener("hashchange", followAddress);
  followAddress();
})();
