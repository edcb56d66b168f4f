/* The finder: a text area with live results. In place where a page has `.kb-finder`, else as a dialog that the header's
   box opens. What is pasted stays in this tab: the index is one file, fetched when the box is first used. */
"use strict";
(() => {
  const opener = document.querySelector(".kb-find");
  const { base, index: indexAddress, repository } = opener.dataset;
  const HASH = "#find=";

  const prepare = (index) => {
    kbRedaction.useRules(index.redaction);
    const records = new Map(index.records.map((record) => [record.id, record]));
    const titles = new Map(index.pages.map(({ url, title }) => [url, title]));
    return { ...kbMatch.prepare(index), records, titles };
  };

  let loading;
  const loadLookup = () => (loading ??= fetch(indexAddress).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return answer.json();
  }).then(prepare).catch((failure) => {
    loading = undefined; // the next keystroke tries again
    throw failure;
  }));

  /* Build an element. Text is always set as text. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== undefined));
    return element;
  };
  const quiet = (...children) => make("p", { class: "kb-quiet" }, ...children);
  const code = (text) => make("code", {}, text);
  const command = (text) => make("pre", { class: "kb-finder__command" }, code(text));

  /* Of a result: the address, the name and the words of its page, which may be one written by hand. */
  const pageOf = (lookup, { record }) => {
    const found = lookup.records.get(record);
    return found ?? { url: record, name: lookup.titles.get(record), symptom: "" };
  };

  const pageLink = (page) => make("a", { href: base + page.url, class: "kb-finder__link" }, code(page.name));

  const renderBest = (page, why) => make(
    "div", { class: "kb-finder__best" },
    make("p", {}, pageLink(page), " ", page.symptom),
    ...(page.quick_fix ? [make("p", {}, make("b", {}, "Quick fix"), " ", page.quick_fix)] : []),
    ...(page.run ? [command(page.run.posix)] : []),
    quiet(why),
  );

  /* What the reader can look for, to tell pages apart that fit equally well. */
  const tellingLine = (page) => page.inner?.[0] ?? page.wordings?.[0];

  const renderOther = (page, why, telling) => make(
    "li", {},
    make("p", {}, pageLink(page), " ", page.symptom),
    ...(telling && tellingLine(page) ? [make("p", {}, "if it also says ", code(tellingLine(page)))] : []),
    quiet(why),
  );

  const renderList = (lookup, results, telling) => make(
    "ul", { class: "kb-list kb-finder__list" },
    ...results.map((result) => renderOther(pageOf(lookup, result), result.why, telling)),
  );

  const renderFound = (lookup, answer, results) => {
    const [best, ...rest] = results;
    if (best.tier !== "this") {
      return [make("h2", {}, "Perhaps one of these"), renderList(lookup, results, answer.kind === "paste")];
    }
    const siblings = rest.length ? [make("h3", {}, "Not it?"), renderList(lookup, rest, answer.kind === "paste")] : [];
    return [make("h2", {}, "This looks like your error"), renderBest(pageOf(lookup, best), best.why), ...siblings];
  };

  const renderAsk = (text, taken) => {
    if (!repository) return [];
    const safe = kbRedaction.redact(text).text.slice(-4000);
    const body = `What I saw. Keys, paths and names were taken out; please look again:\n\n\`\`\`\n${safe}\n\`\`\`\n`;
    const query = new URLSearchParams({ title: `Missing: ${kbRedaction.redact(taken).text.slice(0, 100)}`, body });
    return [make("p", {}, make("a", { href: `${repository}/issues/new?${query}` }, "Ask for this page"))];
  };

  const renderNone = (text, answer) => [
    make("h2", {}, "No page yet"),
    make("p", {}, "Nothing here explains this error. This was understood:"),
    make("p", {}, code(answer.taken)),
    ...renderAsk(text, answer.taken),
    make("h3", {}, "Start this page"),
    make("p", {}, "Save your output as ", code("error.txt"), ". This fills in what it can, checks it and offers to run it:"),
    command("python scripts/new_record.py --from-traceback error.txt"),
  ];

  const renderAnswer = (lookup, text, answer, results) => {
    const parts = results.length ? renderFound(lookup, answer, results) : renderNone(text, answer);
    if (!answer.others.length) return parts;
    const others = answer.others.map((other) => {
      const button = make("button", { type: "button", class: "kb-finder__other" }, other.line);
      button.value = other.text;
      return make("li", {}, button);
    });
    return [quiet("Of several errors the last was taken: ", code(answer.taken)), ...parts, make("h3", {}, "Also in your text"), make("ul", { class: "kb-list" }, ...others)];
  };

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
      Object.assign(this, { box, said, results });
      box.addEventListener("input", () => this.find());
      box.addEventListener("paste", () => { this.pasted = true; });
      box.addEventListener("focus", () => loadLookup().catch(() => {}), { once: true });
      box.addEventListener("keydown", (event) => this.leaveBox(event));
      results.addEventListener("keydown", (event) => this.moveInResults(event));
      results.addEventListener("click", (event) => this.takeOther(event));
    }

    async find() {
      const text = this.box.value;
      if (!text.trim()) {
        this.remember("");
        return this.show("");
      }
      let lookup;
      try {
        lookup = await loadLookup();
      } catch (failure) {
        return this.show(`The index could not be loaded (${failure.message}). Type again to retry.`);
      }
      if (text !== this.box.value) return undefined; // a later keystroke has its own turn
      const answer = kbNames.find(lookup, text);
      this.remember(kbNames.isPaste(lookup, text) ? "" : text);
      const results = answer.results.filter((result) => result.tier !== "none");
      const words = results.length ? `${results.length} page${results.length === 1 ? "" : "s"}` : "No page yet";
      this.show(words, ...renderAnswer(lookup, text, answer, results));
      if (this.pasted) this.showLine(answer.taken);
      this.pasted = false;
      return undefined;
    }

    show(words, ...parts) {
      this.said.textContent = words;
      this.results.replaceChildren(...parts);
    }

    /* What was typed may be shared as an address; what was pasted is in none. */
    remember(typed) {
      const address = typed.trim() ? HASH + encodeURIComponent(typed) : location.pathname + location.search;
      history.replaceState(history.state, "", address);
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

    takeOther(event) {
      const other = event.target.closest(".kb-finder__other");
      if (!other) return;
      this.box.value = other.value;
      this.box.focus();
      this.find();
    }

    open(text) {
      if (text !== undefined) this.box.value = text;
      this.box.focus();
      if (text) this.find();
    }
  }

  const openDialog = (() => {
    let dialog, finder;
    return (text) => {
      if (!dialog) {
        const place = make("div", { class: "kb-finder" });
        const close = make("button", { type: "button", class: "kb-finder__close" }, "Close");
        dialog = make("dialog", { class: "kb-dialog md-typeset", "aria-label": "Find an error" }, close, place);
        document.body.append(dialog);
        close.addEventListener("click", () => dialog.close());
        dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
        dialog.addEventListener("close", () => finder.remember(""));
        finder = mount(place);
      }
      if (!dialog.open) dialog.showModal();
      finder.open(text);
    };
  })();

  const inPlace = document.querySelector(".kb-finder");
  const onPage = inPlace && mount(inPlace);
  const open = (text) => (onPage ? onPage.open(text) : openDialog(text));

  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });

  addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, textarea, select, [contenteditable]");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !["/", "s", "f"].includes(event.key)) return;
    event.preventDefault();
    open();
  });

  const openFromAddress = () => {
    if (!location.hash.startsWith(HASH)) return;
    try {
      open(decodeURIComponent(location.hash.slice(HASH.length)));
    } catch {
      /* not an address of ours */
    }
  };
  addEventListener("hashchange", openFromAddress);
  openFromAddress();
})();
