/* From a typed name, or a few words, to ranked pages; and from any question to an answer.
   The same as errorkb/match/vocabulary.py, naming.py and finding.py; tests/match/vectors holds both to it. */
"use strict";
const kbNames = (() => {
  const { has, distinct, cleanText, readWords, splitErrors } = kbFeatures;
  const { post, settle, roundScore, compareText, findByText } = kbMatch;
  const SURE = ["qualified", "class", "former", "package", "http"];

  /* Small letters and digits alone. */
  const squash = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const readBigrams = (key) => distinct(Array.from({ length: Math.max(0, key.length - 1) }, (_, at) => key.slice(at, at + 2)));

  /* ---- vocabulary: what the records and the pages written by hand can be asked for by ---- */

  const readVocabulary = (lookup) => {
    const { records, pages, packages } = lookup.index;
    const vocabulary = {
      ids: [...records.map(({ id }) => id), ...pages.map(({ url }) => url)],
      keys: new Map(), words: new Map(), bigrams: new Map(), stop: lookup.stop, rules: lookup.rules.names,
    };
    records.forEach((record, number) => addRecord(vocabulary, number, record, packages[record.package]));
    pages.forEach(({ title }, at) => {
      addKey(vocabulary, records.length + at, "class", title);
      addWords(vocabulary, records.length + at, "title", title);
    });
    for (const key of vocabulary.keys.keys()) {
      for (const pair of readBigrams(key)) post(vocabulary.bigrams, pair, key);
    }
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
    for (const [word] of name.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g)) postOnce(vocabulary.words, word.toLowerCase(), number, "part", name);
  };

  const addKey = (vocabulary, number, place, name) => {
    if (squash(name)) postOnce(vocabulary.keys, squash(name), number, place, name);
  };

  const addWords = (vocabulary, number, place, text) => {
    for (const word of readWords(cleanText(text))) {
      if (!vocabulary.stop.has(word)) postOnce(vocabulary.words, word, number, place, word);
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

  /* ---- naming ---- */

  const findByName = (lookup, query) => {
    const vocabulary = (lookup.vocabulary ??= readVocabulary(lookup));
    const terms = cleanText(query).replaceAll("\n", " ").split(" ").filter(squash);
    let results = rankTerms(vocabulary, telling(vocabulary, terms));
    const words = readWords(cleanText(query));
    if (words.join(" ") !== terms.join(" ").toLowerCase()) results = merge(results, rankTerms(vocabulary, telling(vocabulary, words)));
    if (terms.length > 1) {
      const whole = rankTerms(vocabulary, [terms.join("")]);
      results = merge(results, whole.map((result) => ({ ...result, score: Math.min(result.score, vocabulary.rules.plain) })));
    }
    results.sort((one, other) => other.rank - one.rank || compareText(one.record, other.record));
    return settle(lookup.rules, results.slice(0, lookup.rules.limits.shown));
  };

  /* Without stop words, unless there is nothing else. */
  const telling = (vocabulary, terms) => {
    const kept = terms.filter((term) => !vocabulary.stop.has(term.toLowerCase()));
    return kept.length ? kept : terms;
  };

  /* Of two answers for a record, the better one. */
  const merge = (results, others) => {
    const best = new Map(results.map((result) => [result.record, result]));
    for (const other of others) {
      if (!best.has(other.record) || other.rank > best.get(other.record).rank) best.set(other.record, other);
    }
    return [...best.values()];
  };

  const rankTerms = (vocabulary, terms) => {
    const found = new Map();
    for (const term of terms) {
      for (const [number, hit] of findTerm(vocabulary, squash(term))) post(found, number, hit);
    }
    return [...found].map(([number, hits]) => {
      const openStill = hits.reduce((open, [value]) => open * (1 - value), 1);
      const rank = roundScore(((1 - openStill) * hits.length) / terms.length);
      const named = hits.some(([, place]) => SURE.includes(place));
      const { plain, most_terms: most } = vocabulary.rules;
      const score = named && terms.length <= most ? rank : Math.min(rank, plain);
      const why = distinct(hits.map(([, place, name]) => say(place, name))).join(", and ");
      return { record: vocabulary.ids[number], score, tier: "", rank, why };
    });
  };

  /* What each record has of a term: the best of its names and its words; only if there is none, a name like it. */
  const findTerm = (vocabulary, term) => {
    const { fields, least_part: least, word_starts: wordStarts } = vocabulary.rules;
    const hits = new Map();
    for (const [key, posts] of vocabulary.keys) {
      const share = shareOf(vocabulary.rules, term, key);
      if (share > 0) {
        for (const [number, place, name] of posts) keep(hits, number, [fields[place] * share, place, name]);
      }
    }
    for (const [word, posts] of vocabulary.words) {
      if (word === term || (term.length >= least && word.startsWith(term))) {
        for (const [number, place, name] of posts) keep(hits, number, [fields[place] * (word === term ? 1 : wordStarts), place, name]);
      }
    }
    return hits.size ? hits : findTypos(vocabulary, term);
  };

  /* How much of a name a term is: all of it, its beginning, or a part. */
  const shareOf = (rules, term, key) => {
    if (term === key) return 1;
    if (term.length >= rules.least_start && key.startsWith(term)) return rules.starts * (0.75 + (0.25 * term.length) / key.length);
    if (term.length >= rules.least_part && key.includes(term)) return rules.holds * (0.75 + (0.25 * term.length) / key.length);
    return 0;
  };

  const findTypos = (vocabulary, term) => {
    const { typo, typo_each: each, least_typo: least, two_typos: two } = vocabulary.rules;
    const hits = new Map();
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
      for (const [number, place, name] of vocabulary.keys.get(key)) keep(hits, number, [typo - each * slips, `like ${place}`, name]);
    }
    return hits;
  };

  const keep = (hits, number, hit) => {
    if (!hits.has(number) || hit[0] > hits.get(number)[0]) hits.set(number, hit);
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

  /* A name that is not known as one is read as a message. */
  const find = (lookup, text) => {
    const query = trim(text);
    if (!query) return { kind: "nothing", taken: "", others: [], results: [] };
    if (isPaste(lookup, text)) return findPaste(lookup, text);
    const named = findByName(lookup, query);
    const said = findByText(lookup, query);
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

  return { find, isPaste };
})();
