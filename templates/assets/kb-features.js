/* What matching sees of a text: its words, pairs of neighbours, mentions of classes, path hints; and a log's errors.
   The same as errorkb/match/features.py; tests/match/vectors holds both to it. */
"use strict";
const kbFeatures = (() => {
  const compiled = { m: new Map(), gm: new Map(), gu: new Map() };
  let rules;

  const compile = (pattern, flags) => {
    const known = compiled[flags];
    if (!known.has(pattern)) known.set(pattern, new RegExp(pattern, flags));
    return known.get(pattern);
  };
  const has = (pattern, text) => compile(pattern, "m").test(text);
  const all = (pattern, text) => [...text.matchAll(compile(pattern, "gm"))];
  const replace = (replacements, text) => replacements.reduce(
    (before, [pattern, plain]) => before.replace(compile(pattern, "gm"), () => plain), text,
  );
  const distinct = (items) => [...new Set(items)];

  /* The same text is cleaned several times on the way to an answer; a long one takes a while. */
  let lastCleaned = { text: "", clean: "" };
  const cleanText = (text) => {
    if (text !== lastCleaned.text) lastCleaned = { text, clean: clean(text) };
    return lastCleaned.clean;
  };

  const clean = (text) => {
    const { text: most, head } = rules.limits;
    text = text.replace(compile(rules.not_ascii, "gu"), " ");
    if (text.length > most) text = text.slice(0, head) + "\n" + text.slice(text.length - (most - head));
    return replace(rules.clean, text);
  };

  const readWords = (text) => all(rules.word, text)
    .map(([word]) => word)
    .filter((word) => word.length <= rules.limits.word)
    .map((word) => word.toLowerCase());

  /* The words of a wording, with "" where a value stands that varies, or a word that it is a part of. */
  const splitWording = (wording) => {
    const text = replace(rules.unescape, cleanText(wording)).replace(compile(rules.placeholder, "gm"), () => "\x01");
    return all(rules.wording_word, text)
      .map(([word]) => word)
      .filter((word) => word.length <= rules.limits.word)
      .map((word) => (word.includes("\x01") ? "" : word.toLowerCase()));
  };

  /* The same text clean and on one line, with one space between words. */
  const squeeze = (text) => cleanText(text).replaceAll("\n", " ").split(" ").filter(Boolean).join(" ");

  const isErrorName = (name) => has(rules.error_name, name);

  /* How strongly the place of a name says that it was raised; 0 if it is not a class's name. */
  const levelOf = (name, before, after) => {
    const { levels } = rules;
    const raised = has(rules.after_raised, after);
    if (!has(rules.class_name, name)) return raised && has(rules.small_error, name) ? levels.raised : 0;
    if (!has(rules.telling_name, name) && !isErrorName(name)) return 0;
    if (has(rules.before_weak, before)) return levels.weak;
    if (has(rules.before_raise, before)) return levels.raise;
    if (raised) return levels.raised;
    return has(rules.after_end, after) ? levels.end : levels.mentioned;
  };

  /* Each class that a text names with its highest level, and the one that was raised last. What stands in brackets, or
     further on in a line, is a part of the message. */
  const readClasses = (text) => {
    const { levels, limits: { around } } = rules;
    const classes = new Map();
    let last = "";
    for (const line of text.split("\n")) {
      let raised = "";
      for (const match of all(rules.name, line)) {
        const [name] = match;
        const end = match.index + name.length;
        const after = line.slice(end, end + around);
        const level = levelOf(name, line.slice(Math.max(0, match.index - around), match.index), after);
        if (level > 0) classes.set(name, Math.max(level, classes.get(name) ?? 0));
        if (!raised && level === levels.raised && !after.startsWith("(") && isErrorName(name)) raised = name;
      }
      /* A warning that is printed when a program has ended by an exception is not what ended it. */
      const late = last && raised.endsWith("Warning") && !last.endsWith("Warning");
      if (!late) last = raised || last;
    }
    return [classes, last];
  };

  /* Of a text: distinct words, pairs "first second" and path hints; the classes it names with their levels; the one
     raised last, or "". */
  const readFeatures = (text) => {
    text = replace(rules.unescape, cleanText(text));
    const paths = rules.path_hints.flatMap(([pattern]) => all(pattern, text).map((match) => match[1]));
    text = replace(rules.drop, text);
    const words = readWords(text);
    const pairs = words.slice(1).map((word, at) => `${words[at]} ${word}`);
    const [classes, last] = readClasses(text);
    return { words: distinct(words), pairs: distinct(pairs), classes, last, paths: distinct(paths) };
  };

  /* The last line with a class and a message, else the last with a class alone; else the first that is no header. */
  const findErrorLine = (text) => {
    const lines = replace(rules.drop, text).split("\n").map((line) => line.replace(/^[ |]+|[ |]+$/g, "")).filter(Boolean);
    for (const pattern of rules.error_lines) {
      const line = lines.findLast((other) => has(pattern, other));
      if (line !== undefined) return line.slice(0, 500);
    }
    return (lines.find((line) => !has(rules.header, line)) ?? lines[0] ?? "").slice(0, 500);
  };

  const findStarts = (text) => {
    const starts = [];
    let end = 0;
    for (const match of all(rules.header, text)) {
      if (!starts.length || !has(rules.same_error, text.slice(end, match.index))) starts.push(match.index);
      end = match.index + match[0].length;
    }
    return starts.length > 1 ? starts : [0];
  };

  /* The start of the line that `at` is in. */
  const lineStart = (text, at) => (at > 0 ? text.lastIndexOf("\n", at - 1) + 1 : 0);

  /* Whether a line tells of an error by its class. */
  const tells = (line) => rules.error_lines.some((pattern) => has(pattern, line));

  /* Where what is said above a traceback begins: up to three lines up, not so far as another error's line. */
  const findPreamble = (text, start) => {
    start = lineStart(text, start);
    for (let step = 0; step < 3; step += 1) {
      const above = lineStart(text, Math.max(start - 1, 0));
      if (start === 0 || tells(text.slice(above, start - 1))) break;
      start = above;
    }
    return start;
  };

  /* A log's errors, each with the line that names it and all that belongs to it; and which of them is taken: the last
     that was not ignored. Of errors with the same line only the last is kept. */
  const splitErrors = (text) => {
    text = replace(rules.unescape, cleanText(text));
    const starts = findStarts(text);
    let errors = [];
    let last = "";
    starts.forEach((start, at) => {
      const end = starts[at + 1] ?? text.length;
      const above = findPreamble(text, start);
      const line = findErrorLine(text.slice(start, end));
      errors = [...errors.filter((other) => other.line !== line), { line, text: starts.length > 1 ? text.slice(above, end) : text }];
      if (!has(rules.ignored, text.slice(above, start))) last = line;
    });
    const taken = errors.findIndex(({ line }) => line === last);
    return { errors, taken: taken < 0 ? errors.length - 1 : taken };
  };

  return {
    useRules: (given) => { rules = given; },
    has, distinct, cleanText, readWords, readFeatures, splitErrors, splitWording, squeeze, isErrorName,
  };
})();
