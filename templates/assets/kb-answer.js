/* What the finder shows of an answer, as elements. Text is always set as text, and nothing of what was pasted is shown
   or linked before what must not be shown was taken out of it. */
"use strict";
const kbAnswer = (() => {
  const MOST_SIBLINGS = 6;
  const LINKED = { line: 100, text: 5000 }; // hosts refuse longer addresses
  const REDACTED = 50_000;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const quiet = (...children) => make("p", { class: "kb-quiet" }, ...children);
  const code = (text) => make("code", {}, text);
  const command = (text) => make("pre", { class: "kb-finder__command", tabindex: 0 }, code(text));
  const redact = (text) => kbRedaction.redact(text).text;

  /* Of a result: the address, the name and the words of its page, which may be one written by hand. */
  const pageOf = (lookup, name) => lookup.pages.get(name) ?? { url: name, title: lookup.titles.get(name), symptom: "" };

  const renderName = (lookup, page) => {
    const { name, title, package: home } = page;
    const link = make("a", { href: lookup.base + page.url, class: "kb-finder__link" }, title ?? code(name));
    const bare = name && home !== "python" && !name.includes(".");
    return [link, ...(bare ? [make("span", { class: "kb-quiet" }, ` · ${lookup.index.packages[home].name}`)] : []), " ", page.symptom];
  };

  const renderCommands = ({ posix, powershell }) => (posix === powershell
    ? [command(posix)]
    : [quiet("POSIX shell"), command(posix), quiet("PowerShell"), command(powershell)]);

  const renderBest = (lookup, page, why) => make(
    "div", { class: "kb-finder__best" },
    make("p", {}, ...renderName(lookup, page)),
    ...(page.quick_fix ? [make("p", {}, make("b", {}, "Quick fix"), " ", page.quick_fix)] : []),
    ...(page.run ? renderCommands(page.run) : []),
    quiet(`Why: ${why}`),
  );

  /* What the reader can look for, to tell a page from another: what its author says of both, else what it prints. */
  const renderDifference = (page, best) => {
    const own = best?.look_alikes?.[page.id];
    if (own) return [make("p", {}, own)];
    const others = best && page.look_alikes?.[best.id];
    if (others) return [make("p", {}, `The page above: ${others}`)];
    const line = page.inner?.[0] ?? page.wordings?.[0];
    return line ? [make("p", {}, "if it also says ", code(line))] : [];
  };

  const renderOther = (lookup, { record, why }, best) => {
    const page = pageOf(lookup, record);
    const reason = why ? [quiet(`Why: ${why}`)] : [];
    return make("li", {}, make("p", {}, ...renderName(lookup, page)), ...renderDifference(page, best), ...reason);
  };

  const renderList = (lookup, results, best) => make(
    "ul", { class: "kb-list kb-finder__list" }, ...results.map((result) => renderOther(lookup, result, best)),
  );

  /* Pages that one could take for this one: those that its author or theirs names, and those of the same class. */
  const findSiblings = (lookup, page) => lookup.index.records.filter((other) => other.id !== page.id && (
    page.look_alikes?.[other.id] || other.look_alikes?.[page.id]
    || (page.classes && other.package === page.package && other.classes?.[0] === page.classes[0])
  )).map(({ id }) => ({ record: id }));

  const renderFound = (lookup, results) => {
    const [first, ...rest] = results;
    if (first.tier !== "this") return [make("h2", {}, "Perhaps one of these"), renderList(lookup, results)];
    const best = pageOf(lookup, first.record);
    const more = findSiblings(lookup, best).filter(({ record }) => !rest.some((other) => other.record === record));
    const siblings = [...rest, ...more].slice(0, MOST_SIBLINGS);
    return [
      make("h2", {}, "This looks like your error"),
      renderBest(lookup, best, first.why),
      ...(siblings.length ? [make("h3", {}, "Not it?"), renderList(lookup, siblings, best)] : []),
    ];
  };

  /* The end of a text, no longer than it may be in an address. */
  const cutForAddress = (text) => {
    let end = text.slice(-LINKED.text);
    while (new URLSearchParams({ end }).toString().length > LINKED.text) end = end.slice(Math.ceil(end.length / 8));
    return end;
  };

  const renderAsk = (lookup, text, taken) => {
    if (!lookup.repository) return [];
    const paste = cutForAddress(redact(text.slice(-REDACTED)));
    const query = new URLSearchParams({ template: "missing.yml", title: `Missing: ${taken.slice(0, LINKED.line)}`, paste });
    return [make("p", {}, make("a", { href: `${lookup.repository}/issues/new?${query}` }, "Ask for this page"))];
  };

  const renderNone = (lookup, text, taken) => [
    make("h2", {}, "No page yet"),
    make("p", {}, "Nothing here explains this error. This was understood:"),
    make("p", {}, code(taken)),
    ...renderAsk(lookup, text, taken),
    make("h3", {}, "Start this page"),
    make("p", {}, "Save your output as ", code("error.txt"), ". This fills in what it can, checks it and offers to run it:"),
    command("python scripts/new_record.py --from-traceback error.txt"),
  ];

  /* The other errors of a log; `takeOther` is called with the text of the one that is asked for. */
  const renderOthers = (others, takeOther) => make("ul", { class: "kb-list" }, ...others.map(({ line, text }) => {
    const button = make("button", { type: "button", class: "kb-finder__other" }, redact(line));
    button.addEventListener("click", () => takeOther(text));
    return make("li", {}, button);
  }));

  /* Everything that is shown of an answer. `results` are those that may be the page. */
  const render = (lookup, text, answer, results, takeOther) => {
    if (answer.kind === "nothing") return [quiet("There are no words in this.")];
    const taken = redact(answer.taken);
    const parts = results.length ? renderFound(lookup, results) : renderNone(lookup, text, taken);
    if (!answer.others.length) return parts;
    return [
      quiet("Of several errors the last was taken: ", code(taken)),
      ...parts,
      make("h3", {}, "Also in your text"),
      renderOthers(answer.others, takeOther),
    ];
  };

  return { make, quiet, render };
})();
