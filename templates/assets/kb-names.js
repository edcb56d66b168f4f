/* From a typed name, or a few words, to ranked pages; and from any question to an answer.
   The same as errorkb/match/vocabulary.py, naming.py and finding.py; tests/match/vectors holds both to it. */
"use strict";
const kbNames = (() => {
  const { has, distinct, cleanText, readWords, splitErrors, squeeze } = kbFeatures;
  const { post, settle, tierOf, roundScore, compareText, findByText } = kbMatch;
  const SURE = ["qualified", "class", "former", "package", "http"];
  const MOST_KNOWN = 100;
  const WHOLE = "this is its whole message";

  /* Small letters and digits alone. */
  const squash = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const readBigrams = (key) => distinct(Array.from({ length: Math.max(0, key.length - 1) }, (_, at) => key.slice(at, at + 2)));

  /* ---- vocabulary: what the records and the pages written by hand can be asked for by ---- */

  const readVocabulary = (lookup) => {
    const { records, pages, packages } = lookup.index;
    const vocabulary = {
      ids: [...records.map(({ id }) => id), ...pages.map(({ url }) => url)],
      keys: new Map(), words: new Map(), bigrams: new Map(), stop: lookup.stop, rules: lookup.rules.names, known: new Map(),
    };
    records.forEach((record, number) => addRecord(vocabulary, number, record, packages[record.package]));
    pages.forEach(({ title }, at) => {
      addKey(vocabulary, records.length + at, "class", title);
      addWords(vocabulary, records.length + at, "title", title);
    });
    for (const key of vocabulary.keys.keys()) {
      for (const pair of readBigrams(key)) post(vocabulary.bigrams, pair, key);
    }
    const byId = vocabulary.ids.map((_, number) => number).sort((one, other) => compareText(vocabulary.ids[one], vocabulary.ids[other]));
    vocabulary.order = new Int32Array(byId.length);
    byId.forEach((number, at) => { vocabulary.order[number] = at; });
    vocabulary.sorted = [...vocabulary.words.keys()].map((word, at) => [word, at]).sort(([one], [other]) => compareText(one, other));
    return vocabulary;
  };

  const addRecord = (vocabulary, number, record, home) => {
    (record.classes ?? [record.name]).forEach((name, at) => {
      const dotted = name.includes(".");
      addKey(vocabulary, number, dotted ? (at > 0 ? "former" : "qualified") : "builtin", name);
      addName(vocabulary, number, dotted ? "class" : "builtin", name.split(".").at(-1));
    });
    for (const alias of record.aliases ?? []) addKey(vocabulary, number, "former", alias.split("/").at(-1));
    for (const name of [record.package, home.name, ...home.modules]) addKey(vocabulary, number, "package", name);
    if (record.http) addKey(vocabulary, number, "http", String(record.http));
    addWords(vocabulary, number, "part", record.id.split("/").at(-1));
    for (const place of ["symptom", "summary"]) addWords(vocabulary, number, place, record[place]);
    for (const text of record.causes ?? []) addWords(vocabulary, number, "causes", text);
    const said = ["wordings", "inner", "guessed"].flatMap((kind) => record[kind] ?? []);
    const heard = ["captured", "inner_captured"].flatMap((kind) => (record[kind] ?? []).map(([, text]) => text));
    for (const text of [...said, ...heard]) addWords(vocabulary, number, "wording", text);
  };

  /* A class's own name, that name without its ending, and the words in it. */
  const addName = (vocabulary, number, place, name) => {
    const { endings, least_part: least } = vocabulary.rules;
    const key = squash(name);
    addKey(vocabulary, number, place, name);
    for (const ending of endings) {
      if (key.endsWith(ending) && key.length - ending.length >= least) postOnce(vocabulary.keys, key.slice(0, -ending.length), number, place, name);
    }
    for (const [word] of name.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g)) postBest(vocabulary, word.toLowerCase(), number, "part", name);
  };

  const addKey = (vocabulary, number, place, name) => {
    if (squash(name)) postOnce(vocabulary.keys, squash(name), number, place, name);
  };

  const addWords = (vocabulary, number, place, text) => {
    for (const word of readWords(cleanText(text))) {
      if (!vocabulary.stop.has(word)) postBest(vocabulary, word, number, place, word);
    }
  };

  /* Records are added one after another, so what is there already stands near the end. */
  const postOnce = (map, key, number, place, name) => {
    const posts = map.get(key) ?? [];
    for (let at = posts.length - 1; at >= 0 && posts[at][0] === number; at -= 1) {
      if (posts[at][1] === place && posts[at][2] === name) return;
    }
    post(map, key, [number, place, name]);
  };

  /* Of a record's places that have a word only the best can count, and of equal ones the first. */
  const postBest = ({ words, rules: { fields } }, word, number, place, name) => {
    let posts = words.get(word);
    if (!posts) words.set(word, (posts = []));
    const last = posts.at(-1);
    if (last?.[0] !== number) posts.push([number, place, name]);
    else if (fields[place] > fields[last[1]]) posts[posts.length - 1] = [number, place, name];
  };

  /* ---- naming ---- */

  const findByName = (lookup, query) => {
    const { vocabulary } = lookup;
    const { shown } = lookup.rules.limits;
    const terms = cleanText(query).replaceAll("\n", " ").split(" ").filter(squash);
    const words = readWords(cleanText(query));
    const questions = [{ terms: telling(vocabulary, terms), most: 1 }];
    if (words.join(" ") !== terms.join(" ").toLowerCase()) questions.push({ terms: telling(vocabulary, words), most: 1 });
    if (terms.length > 1) questions.push({ terms: [terms.join("")], most: vocabulary.rules.plain });
    const best = new Map();
    for (const question of questions) {
      for (const ranked of rankTerms(vocabulary, question, shown)) {
        if (!(best.get(ranked.number)?.rank >= ranked.rank)) best.set(ranked.number, ranked);
      }
    }
    const results = [...best.values()].sort((one, other) => other.rank - one.rank || one.order - other.order).slice(0, shown);
    return settle(lookup.rules, results.map((ranked) => describe(vocabulary, ranked)));
  };

  /* Without stop words, unless there is nothing else. */
  const telling = (vocabulary, terms) => {
    const kept = terms.filter((term) => !vocabulary.stop.has(term.toLowerCase()));
    return kept.length ? kept : terms;
  };

  /* The records that rank highest for the terms of a question, no more than are shown; ties by id. */
  const rankTerms = (vocabulary, question, shown) => {
    const found = question.terms.map((term) => findTerm(vocabulary, squash(term)));
    const highest = [];
    for (let number = 0; number < vocabulary.ids.length; number += 1) {
      let [open, count] = [1, 0];
      for (const { values } of found) {
        if (values[number] > 0) {
          open *= 1 - values[number];
          count += 1;
        }
      }
      if (count === 0) continue;
      const rank = roundScore(((1 - open) * count) / found.length);
      const order = vocabulary.order[number];
      if (rank > 0 && (highest.length < shown || isBefore(rank, order, highest.at(-1)))) {
        const at = highest.findIndex((other) => isBefore(rank, order, other));
        highest.splice(at < 0 ? highest.length : at, 0, { number, rank, order, question, found });
        highest.length = Math.min(highest.length, shown);
      }
    }
    return highest;
  };

  const isBefore = (rank, order, other) => rank > other.rank || (rank === other.rank && order < other.order);

  const describe = (vocabulary, { number, rank, question: { terms, most }, found }) => {
    const hits = found.map(({ posts }) => posts[number]).filter(Boolean);
    const named = hits.some(([, place]) => SURE.includes(place));
    const { plain, most_terms: few } = vocabulary.rules;
    const score = Math.min(most, named && terms.length <= few ? rank : Math.min(rank, plain));
    const why = distinct(hits.map(([, place, name]) => say(place, name))).join(", and ");
    return { record: vocabulary.ids[number], score, tier: "", rank, why };
  };

  /* What each record has of a term, as a value and as the post that has it. What was asked lately is kept: with each
     letter only the last term is another. */
  const findTerm = (vocabulary, term) => {
    const { known } = vocabulary;
    const hits = known.get(term) ?? lookUpTerm(vocabulary, term);
    known.delete(term);
    known.set(term, hits);
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value);
    return hits;
  };

  /* The best of its names and its words; only if there is none, a name like it. */
  const lookUpTerm = (vocabulary, term) => {
    const { fields, word_starts: wordStarts } = vocabulary.rules;
    const hits = { values: new Float64Array(vocabulary.ids.length), posts: new Array(vocabulary.ids.length), any: false };
    for (const [key, posts] of vocabulary.keys) {
      const share = shareOf(vocabulary.rules, term, key);
      if (share > 0) keep(hits, posts, ([, place]) => fields[place] * share);
    }
    for (const word of findWords(vocabulary, term)) {
      const share = word === term ? 1 : wordStarts;
      keep(hits, vocabulary.words.get(word), ([, place]) => fields[place] * share);
    }
    if (!hits.any) findTypos(vocabulary, term, hits);
    return hits;
  };

  /* The words that are the term or, if it is long enough, begin with it, in the order in which they were read. */
  const findWords = ({ words, sorted, rules }, term) => {
    if (term.length < rules.least_part) return words.has(term) ? [term] : [];
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle][0] < term) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (end < sorted.length && sorted[end][0].startsWith(term)) end += 1;
    return sorted.slice(low, end).sort(([, one], [, other]) => one - other).map(([word]) => word);
  };

  const keep = (hits, posts, valueOf) => {
    for (const found of posts) {
      const [number] = found;
      const value = valueOf(found);
      if (value <= hits.values[number]) continue;
      hits.values[number] = value;
      hits.posts[number] = found;
      hits.any = true;
    }
  };

  /* How much of a name a term is: all of it, its beginning, or a part. */
  const shareOf = (rules, term, key) => {
    if (term === key) return 1;
    if (term.length >= rules.least_start && key.startsWith(term)) return rules.starts * (0.75 + (0.25 * term.length) / key.length);
    if (term.length >= rules.least_part && key.includes(term)) return rules.holds * (0.75 + (0.25 * term.length) / key.length);
    return 0;
  };

  const findTypos = (vocabulary, term, hits) => {
    const { typo, typo_each: each, least_typo: least, two_typos: two } = vocabulary.rules;
    const most = term.length < least ? 0 : term.length < two ? 1 : 2;
    const bigrams = readBigrams(term);
    const shared = new Map();
    for (const pair of most > 0 ? bigrams : []) {
      for (const key of vocabulary.bigrams.get(pair) ?? []) shared.set(key, (shared.get(key) ?? 0) + 1);
    }
    for (const [key, count] of shared) {
      // One slip changes at most three pairs of neighbours: the two of a letter, or three where two are swapped.
      if (Math.abs(key.length - term.length) > most || count < bigrams.length - 3 * most) continue;
      const slips = countSlips(term, key);
      if (slips > most) continue;
      const like = vocabulary.keys.get(key).map(([number, place, name]) => [number, `like ${place}`, name]);
      keep(hits, like, () => typo - each * slips);
    }
  };

  /* How many letters were left out, added, changed, or swapped with their neighbour. */
  const countSlips = (first, second) => {
    let before = [];
    let last = Array.from({ length: second.length + 1 }, (_, at) => at);
    for (let at = 0; at < first.length; at += 1) {
      const row = [at + 1];
      for (let to = 0; to < second.length; to += 1) {
        let least = Math.min(row[to] + 1, last[to + 1] + 1, last[to] + Number(first[at] !== second[to]));
        const swapped = at > 0 && to > 0 && first[at] === second[to - 1] && first[at - 1] === second[to];
        if (swapped) least = Math.min(least, before[to - 1] + 1);
        row.push(least);
      }
      [before, last] = [last, row];
    }
    return last[second.length];
  };

  const say = (place, name) => ({
    qualified: `its class is ${name}`,
    class: `its name is ${name}`,
    builtin: `its class is ${name}`,
    former: `it was also called ${name}`,
    package: `it is of ${name}`,
    http: `its HTTP status is ${name}`,
    part: `"${name}" is in its name`,
    symptom: `"${name}" is in its symptom`,
    title: `"${name}" is in its title`,
    causes: `"${name}" is in one of its causes`,
    summary: `"${name}" is in its summary`,
    wording: `"${name}" is in its message`,
  }[place] ?? `it is like ${name}`);

  /* ---- finding: one question, one answer ---- */

  const trim = (text) => cleanText(text).replace(/^[ \n]+|[ \n]+$/g, "");

  const isPaste = ({ rules }, text) => {
    const query = trim(text);
    return query.includes("\n") || query.length > rules.limits.paste || has(rules.looks_pasted, query);
  };

  /* Put first what has the text as its whole message, and last what only has such a name; none surer than before. */
  const putFirst = (rules, whole, said, named) => {
    const ordered = [
      ...said.filter(({ record }) => whole.includes(record)),
      ...said.filter(({ record }) => !whole.includes(record)),
      ...named.filter(({ record }) => !said.some((other) => other.record === record)),
    ];
    let most = Math.max(ordered[0].score, rules.tiers.perhaps);
    return ordered.slice(0, rules.limits.shown).map((result, at) => {
      most = at > 0 ? Math.min(most, result.score) : most;
      return { ...result, score: most, tier: tierOf(rules.tiers, most), why: whole.includes(result.record) ? WHOLE : result.why };
    });
  };

  /* A name that is not known as one is read as a message; so is what is a whole message. */
  const find = (lookup, text) => {
    const query = trim(text);
    if (!query) return { kind: "nothing", taken: "", others: [], results: [] };
    if (isPaste(lookup, text)) return findPaste(lookup, text);
    const named = findByName(lookup, query);
    const said = findByText(lookup, query);
    const line = squeeze(query);
    const whole = lookup.messages.get(line) ?? [];
    if (line.includes(" ") && said.some(({ record }) => whole.includes(record))) {
      return { kind: "paste", taken: query, others: [], results: putFirst(lookup.rules, whole, said, named) };
    }
    if (said.length && said[0].tier !== "none" && said[0].score > (named[0]?.score ?? 0)) {
      return { kind: "paste", taken: query, others: [], results: said };
    }
    return { kind: "name", taken: query, others: [], results: named };
  };

  /* Of a log take the last error; where no page fits that one, what fits the whole is still not its page. */
  const findPaste = (lookup, text) => {
    const { errors, taken } = splitErrors(text);
    const others = errors.filter((_, at) => at !== taken);
    return { kind: "paste", taken: errors[taken].line, others, results: findByText(lookup, others.length ? errors[taken].text : text) };
  };

  /* Make an index ready: once, when it is loaded. */
  const prepare = (index) => {
    const lookup = kbMatch.prepare(index);
    return { ...lookup, vocabulary: readVocabulary(lookup) };
  };

  return { prepare, find, isPaste };
})();
