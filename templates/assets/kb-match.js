/* From a pasted text to ranked records, each with a confidence and the reason in one line.
   The same as errorkb/match/lookup.py, seeing.py, fitting.py and scoring.py; tests/match/vectors holds both to it. */
"use strict";
const kbMatch = (() => {
  const { has, distinct, readFeatures, splitWording, squeeze, isErrorName } = kbFeatures;
  const INNER = "inner";
  const KINDS = [["wordings", "captured"], [INNER, "inner_captured"], ["guessed", ""]];
  const NOTHING = Object.freeze({ fit: 0, value: 0, words: 0, of: 0, sure: 0, whole: false, full: false, grounds: 0, few: false });

  const lastPart = (name) => name.slice(name.lastIndexOf(".") + 1);
  /* Round to 9 places, halves up: the same in every language. */
  const roundScore = (value) => Math.floor(value * 1e9 + 0.5) / 1e9;
  /* How much it tells that a text has what only some of the records have: the fewer, the more. */
  const weigh = (records, having) => Math.log(1 + records / having);
  const compareText = (one, other) => (one < other ? -1 : Number(one > other));
  const post = (map, key, value) => {
    if (!map.has(key)) map.set(key, []);
    map.get(key).push(value);
  };

  /* ---- lookup: the index made ready, once, when it is loaded ---- */

  const prepare = (index) => {
    const { rules, records } = index;
    kbFeatures.useRules(rules);
    const lookup = {
      index, rules, stop: new Set(rules.stop_words), common: new Set(rules.common_words),
      phrases: [], firstPhrases: [], posted: new Map(), weights: new Map(), telling: new Set(), named: new Map(), messages: new Map(),
    };
    records.forEach((record, number) => {
      for (const name of record.classes ?? []) post(lookup.named, lastPart(name), [number, name]);
      const said = [...(record.wordings ?? []), ...(record.captured ?? []).map(([, text]) => text)];
      for (const text of said) post(lookup.messages, squeeze(text), record.id);
      lookup.firstPhrases.push(lookup.phrases.length);
      for (const [kind, captured] of KINDS) addPhrases(lookup.phrases, record, number, kind, captured);
    });
    lookup.firstPhrases.push(lookup.phrases.length);
    lookup.rough = new Float64Array(lookup.phrases.length);
    lookup.recordOf = Int32Array.from(lookup.phrases, ({ record }) => record);
    weighPhrases(lookup);
    lookup.classWeights = new Map([...lookup.named].map(([own, places]) => (
      [own, weigh(records.length, new Set(places.map(([number]) => number)).size)]
    )));
    lookup.cap = rules.weights.cap * weigh(records.length, 1);
    return lookup;
  };

  const addPhrases = (phrases, record, number, kind, captured) => {
    const first = phrases.length;
    (record[kind] ?? []).forEach((wording, at) => phrases.push(readPhrase(number, kind, wording, first + at)));
    for (const [template, message] of record[captured] ?? []) phrases.push(readPhrase(number, kind, message, first + template));
  };

  /* What varies splits pairs. */
  const readPhrase = (record, kind, wording, template) => {
    const all = splitWording(wording);
    const pairs = all.slice(1).flatMap((word, at) => (word && all[at] ? [`${all[at]} ${word}`] : []));
    return { record, kind, words: distinct(all.filter(Boolean)), pairs: distinct(pairs), template, wordWeight: 0, pairWeight: 0, telling: 0 };
  };

  const weighPhrases = (lookup) => {
    const having = new Map();
    lookup.phrases.forEach((phrase, number) => {
      for (const word of phrase.words) post(lookup.posted, word, number);
      for (const term of [...phrase.words, ...phrase.pairs]) {
        if (having.get(term)?.at(-1) !== phrase.record) post(having, term, phrase.record);
      }
    });
    for (const [term, records] of having) {
      const share = shareOf(lookup, term);
      lookup.weights.set(term, weigh(lookup.index.records.length, records.length) * share);
      if (share === 1) lookup.telling.add(term);
    }
    for (const phrase of lookup.phrases) {
      phrase.wordWeight = sumWeights(lookup, phrase.words);
      phrase.pairWeight = sumWeights(lookup, phrase.pairs);
      phrase.telling = phrase.words.filter((word) => lookup.telling.has(word)).length;
    }
  };

  const sumWeights = (lookup, terms) => terms.reduce((total, term) => total + lookup.weights.get(term), 0);

  /* The part of its weight that a word has which is common everywhere; of a pair, that of its rarer word. */
  const shareOf = (lookup, term) => Math.max(...term.split(" ").map((word) => {
    const { weights, number } = lookup.rules;
    if (lookup.stop.has(word) || has(number, word)) return weights.stop;
    return lookup.common.has(word) ? weights.common : 1;
  }));

  const weighClass = (lookup, own) => lookup.classWeights.get(own);

  /* ---- seeing: the features of a text against classes and packages ---- */

  const see = (rules, features) => {
    const names = new Map();
    for (const [name, level] of features.classes) post(names, lastPart(name), [name, level]);
    const raised = [...features.classes].some(([name, level]) => level === rules.levels.raised && isErrorName(name));
    const grouped = rules.groups.some((name) => names.has(name));
    return { features, words: new Set(features.words), pairs: new Set(features.pairs), names, raised, grouped };
  };

  /* The records worth looking at: those with the heaviest words and classes in common with the text; ties by id. */
  const findCandidates = (lookup, seen) => {
    const rough = lookup.rough.fill(0);
    for (const word of seen.features.words) {
      if (lookup.stop.has(word)) continue;
      const weight = lookup.weights.get(word) ?? 0;
      for (const number of lookup.posted.get(word) ?? []) rough[number] += weight;
    }
    const best = new Float64Array(lookup.index.records.length);
    rough.forEach((value, number) => {
      const at = lookup.recordOf[number];
      if (value > best[at]) best[at] = value;
    });
    for (const [own, mentions] of seen.names) {
      const level = Math.max(...mentions.map(([, height]) => height));
      for (const number of new Set((lookup.named.get(own) ?? []).map(([at]) => at))) best[number] += level * weighClass(lookup, own);
    }
    return findHeaviest(best, lookup.rules.limits.candidates);
  };

  /* The places of the heaviest, the heaviest first; ties in order. To sort the numbers alone is much quicker. */
  const findHeaviest = (weights, most) => {
    const least = weights.toSorted().at(-most) ?? 0;
    const [heavier, equal] = [[], []];
    weights.forEach((weight, at) => {
      if (weight > least) heavier.push(at);
      else if (weight === least && weight > 0) equal.push(at);
    });
    return [...heavier.sort((one, other) => weights[other] - weights[one] || one - other), ...equal].slice(0, most);
  };

  const modulesOf = (lookup, record) => lookup.index.packages[record.package].modules;

  /* 1 if a path leads into the record's package, a half if only its name stands in the text, or for the language. */
  const packageHint = (lookup, record, seen) => {
    const modules = modulesOf(lookup, record);
    if (modules.some((module) => seen.features.paths.includes(module))) return 1;
    const named = !modules.length || modules.some((module) => seen.words.has(module.toLowerCase()));
    return named ? lookup.rules.weights.word_hint : 0;
  };

  /* How surely one of these classes was raised, and its name as the text has it. */
  const classLevel = ({ weights }, classes, seen, hint) => {
    let [best, bestName] = [0, ""];
    for (const full of classes) {
      const mentions = seen.names.get(lastPart(full)) ?? [];
      for (const [name, level] of mentions) {
        const foreign = !name.includes(".") && full.includes(".") && isForeign(weights, full, mentions);
        const here = foreign ? 0 : level * likeness(weights, name, full, hint);
        if (here > best || (here === best && here > 0 && name === seen.features.last)) [best, bestName] = [here, name];
      }
    }
    return [best, bestName];
  };

  /* How likely a name in a text is the class's, both ending in the same part. */
  const likeness = (weights, name, full, hint) => {
    if (name === full) return 1;
    if (!name.includes(".")) return hint > 0 ? weights.bare_hinted : weights.bare;
    return name.split(".")[0] === full.split(".")[0] ? weights.moved : 0;
  };

  /* Whether a bare name is short for another class, of another package, that the text names in full. */
  const isForeign = (weights, full, mentions) => {
    const others = mentions.map(([name]) => name).filter((name) => name.includes("."));
    return others.length > 0 && others.every((other) => likeness(weights, other, full, 0) === 0);
  };

  /* ---- fitting: how well the wordings of a record were found ---- */

  const findParts = (lookup, record, seen) => {
    const { captured, confidence } = lookup.rules.weights;
    const parts = {};
    const first = lookup.firstPhrases[record];
    const phrases = lookup.phrases.slice(first, lookup.firstPhrases[record + 1]);
    const telling = phrases.map(({ words }) => words.filter((word) => seen.words.has(word) && lookup.telling.has(word)).length);
    phrases.forEach((phrase, at) => {
      const found = phrase.words.filter((word) => seen.words.has(word));
      if (!found.length) return;
      const together = phrase.pairs.filter((pair) => seen.pairs.has(pair));
      const part = fit(lookup, phrase, sumWeights(lookup, found), sumWeights(lookup, together));
      Object.assign(part, { words: found.length, of: phrase.words.length });
      addTelling(confidence, part, telling[at], phrase.telling);
      if (phrase.template !== first + at) {
        const of = lookup.phrases[phrase.template].telling;
        const said = telling[phrase.template - first];
        const template = of > 0 ? Math.min(1, said / Math.min(of, confidence.many)) : 1;
        weaken(part, captured + (1 - captured) * template);
        part.whole = part.whole && isWhole(confidence, said, of);
        part.full = said === of;
      }
      parts[phrase.kind] = parts[phrase.kind] ? better(captured, parts[phrase.kind], part) : part;
    });
    return parts;
  };

  /* How much of one wording was found. Of a long one not all is needed: messages get cut. */
  const fit = ({ cap, rules }, phrase, words, pairs) => {
    const cover = Math.min(1, words / Math.min(phrase.wordWeight, cap));
    const order = phrase.pairWeight > 0 ? Math.min(1, pairs / Math.min(phrase.pairWeight, cap)) : cover;
    const share = (cover + order) / 2;
    const value = Math.min(words, cap) * share + rules.weights.above * Math.max(0, words - cap) * share;
    return { ...NOTHING, fit: share, value, grounds: value };
  };

  /* Of many telling words some are enough; of one none is still a half. */
  const addTelling = (confidence, part, found, of) => {
    part.sure = part.fit * Math.min(1, (found + 1) / (Math.min(of, confidence.many) + 1));
    part.whole = isWhole(confidence, found, of);
    part.full = found === of;
    part.few = of <= confidence.few;
  };

  /* Whether all telling words were found; of several one may be missing, of many enough must be there. */
  const isWhole = ({ many, short }, found, of) => found >= Math.min(of > short ? of - 1 : of, many);

  /* A captured message counts less where what its wording says is missing: the rest is what it was said of. */
  const weaken = (part, by) => {
    for (const key of ["fit", "value", "sure", "grounds"]) part[key] *= by;
  };

  /* Of two wordings of a record the one of which more was found; as sure as the surer of both. */
  const better = (captured, first, second) => {
    const best = first.value >= second.value ? first : second;
    const firstIsSurer = first.whole === second.whole ? first.sure >= second.sure : first.whole;
    const surer = firstIsSurer ? first : second;
    const grounds = best.fit >= captured ? best.grounds : surer.grounds;
    const full = first.full || second.full;
    return { ...best, sure: surer.sure, whole: surer.whole, full, few: surer.few, grounds: Math.max(grounds, surer.grounds) };
  };

  /* ---- scoring ---- */

  const rankFeatures = (lookup, features) => {
    const seen = see(lookup.rules, features);
    const results = findCandidates(lookup, seen).map((number) => judge(lookup, seen, number)).filter(({ rank }) => rank > 0);
    results.sort((one, other) => other.rank - one.rank || compareText(one.record, other.record));
    return settle(lookup.rules, results.slice(0, lookup.rules.limits.shown));
  };

  /* None is surer than the one before it, and what ties is told from nothing. */
  const settle = (rules, results) => {
    const { close, untold } = rules.weights.confidence;
    results.forEach((result, at) => {
      if (at > 0) result.score = Math.min(result.score, results[at - 1].score);
      else if (results.length > 1 && results[1].rank >= close * result.rank) result.score = Math.min(result.score, untold);
      result.tier = tierOf(rules.tiers, result.score);
    });
    return results;
  };

  const tierOf = (tiers, score) => {
    if (score >= tiers.this) return "this";
    return score >= tiers.perhaps ? "perhaps" : "none";
  };

  const judge = (lookup, seen, number) => {
    const { rules } = lookup;
    const kinds = findParts(lookup, number, seen);
    const record = lookup.index.records[number];
    const hint = packageHint(lookup, record, seen);
    const [level, name] = classLevel(rules, record.classes ?? [], seen, hint);
    const [innerLevel] = classLevel(rules, record.inner_classes ?? [], seen, hint);
    const [wording, inner, guessed] = KINDS.map(([kind]) => kinds[kind] ?? NOTHING);
    const judged = { wording, inner, guessed, level, name, innerLevel, hint };
    const score = Math.min(1, Math.max(0, confidenceOf(lookup, record, seen, judged)));
    const rank = roundScore(rankOf(lookup, record, seen, judged));
    return { record: record.id, score: roundScore(score), tier: "", rank, why: whyOf(rules, record, judged) };
  };

  const rankOf = (lookup, record, seen, { wording, inner, guessed, level, name, hint }) => {
    const { weights } = lookup.rules;
    let rank = Math.max(wording.value, guessed.value) + weights.inner * inner.value;
    if (name) {
      rank += level * weighClass(lookup, lastPart(name));
      rank += name === seen.features.last ? weights.last : 0;
    }
    rank += weights.package * hint;
    if (seen.raised && !isNamed(record, seen, wording)) rank *= weights.not_raised;
    if (record.where === "group") rank *= seen.grouped ? weights.grouped : weights.ungrouped;
    return rank;
  };

  /* Whether the text names a class of the record; of one that has none, whether its wording is all there. */
  const isNamed = (record, seen, wording) => {
    const classes = [...(record.classes ?? []), ...(record.inner_classes ?? [])];
    return classes.length ? classes.some((name) => seen.names.has(lastPart(name))) : wording.whole;
  };

  /* How sure it is that this is the record; by its wording, its class, its package; less what speaks against it. */
  const confidenceOf = (lookup, record, seen, judged) => {
    const { levels, weights: { confidence } } = lookup.rules;
    const enough = confidence.enough * weigh(lookup.index.records.length, 1);
    let best = judged.wording.value >= judged.guessed.value ? judged.wording : judged.guessed;
    if (record.inner && judged.inner.value > best.value) best = judged.inner;
    let sure = (record.classes ? confidence.wording : confidence.unclassed) * best.sure * Math.min(1, best.grounds / enough);
    sure += confidence.class * judged.level + confidence.package * judged.hint;
    const level = Math.max(judged.level, judged.innerLevel);
    if (level < levels.raise && record.classes && seen.raised) sure -= level > 0 ? confidence.other_class : confidence.no_class;
    if (judged.hint === 0 && seen.features.paths.length && modulesOf(lookup, record).length) sure -= confidence.other_package;
    return isTold(confidence, record, seen, judged) ? sure : Math.min(sure, confidence.untold);
  };

  /* Whether what tells the record from others was seen: its own wording; where a cause or a group tells it, that too. */
  const isTold = (confidence, record, seen, { wording, inner, guessed, level, hint }) => {
    if (!record.wordings || guessed.value > wording.value) return false;
    if (record.where === "group" && !seen.grouped) return false;
    const alone = level < confidence.named && hint === 0;
    if (!wording.whole || (alone && record.classes && (wording.few || !wording.full))) return false;
    return !record.inner || (inner.fit >= 0.5 && wording.fit >= 0.5);
  };

  const sayShare = ({ words, of }) => {
    if (words < of) return `${words} of ${of} words`;
    return of > 1 ? `all ${of} words` : "the one word";
  };

  const whyOf = (rules, record, judged) => {
    const said = [];
    if (judged.name) said.push(`${judged.level >= rules.levels.raise ? "raised" : "names"} ${judged.name}`);
    const part = judged.wording.value >= judged.guessed.value ? judged.wording : judged.guessed;
    if (part.words) said.push(`${sayShare(part)} of its message`);
    if (judged.inner.words) said.push(`${sayShare(judged.inner)} of its cause's message`);
    if (judged.hint === 1) said.push(`frames in ${record.package}`);
    return said.length > 1 ? `${said.slice(0, -1).join(", ")}, and ${said.at(-1)}` : said.join("");
  };

  return { prepare, settle, tierOf, roundScore, compareText, post, findByText: (lookup, text) => rankFeatures(lookup, readFeatures(text)) };
})();
