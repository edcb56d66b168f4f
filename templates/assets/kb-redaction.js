/* What must not be shown, linked or kept: secrets and what tells of a person, taken out of a text.
   The same as errorkb/redaction.py; tests/match/vectors holds both to it. */
"use strict";
const kbRedaction = (() => {
  let [compiled, fixtures, rounds] = [[], [], 0];

  const useRules = (given) => {
    ({ fixtures, rounds } = given);
    compiled = given.rules.map(({ what, pattern, flags }) => {
      const grouped = new RegExp(`${pattern}|`).exec("").length > 1;
      return { what, grouped, pattern: new RegExp(pattern, `gm${flags}`) };
    });
  };

  const take = ({ what, pattern, grouped }, text, taken) => text.replace(pattern, (match, group) => {
    const kept = grouped ? group ?? "" : "";
    const secret = match.slice(kept.length);
    if (fixtures.includes(secret) || secret.startsWith("[")) return match;
    taken.add(what);
    return `${kept}[${what}]`;
  });

  /* Returns the text and what was taken, each kind once, in the order of the rules. To redact twice changes nothing. */
  const redact = (text) => {
    const taken = new Set();
    for (let round = 0; round < rounds; round += 1) {
      const before = text;
      for (const rule of compiled) text = take(rule, text, taken);
      if (text === before) break;
    }
    return { text, taken: [...new Set(compiled.map(({ what }) => what))].filter((what) => taken.has(what)) };
  };

  return { useRules, redact };
})();
