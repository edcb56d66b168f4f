"""Strings that are made to break a page, and a folder of records that holds each of them in every field."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from errorkb.catalog import Catalog, load
from errorkb.evidence import Evidence, render_evidence

RUN = "window.pwned=1"
AWAY = "//canary.invalid/x"


@dataclass(frozen=True)
class Hostile:
    """A string.

    ``shown`` is what prose shows of it, where its inline marks are read; None where it shows what is written.
    ``raw`` is the reader's finding when the string stands in a file as itself, ``lint`` those of the rules when it
    stands in prose: a record of the project cannot hold it there. The page must show it nonetheless: pages do not
    rely on the rules.
    """

    text: str
    shown: str | None = None
    raw: str | None = None
    lint: tuple[str, ...] = ()


PLAIN = "Plain `code`, *emphasis*, **strong**, [a link](https://example.com/) {name}"
CONTROL, BIDI, LINK = "control-character", ("bidi",), ("prose-link",)

HOSTILE = {
    # What every page holds that is no attack; the others may hold no more than this.
    "plain": Hostile(PLAIN, "Plain code, emphasis, strong, a link {name}"),
    # Elements and attributes
    "script": Hostile(f"<script>{RUN}</script>"),
    "end of title": Hostile(f"</title><script>{RUN}</script>"),
    "end of script": Hostile(f"</script><script>{RUN}</script>"),
    "end of code": Hostile(f"</code></pre></div><script>{RUN}</script>"),
    "image": Hostile(f"<img src=x onerror={RUN}>"),
    "image from elsewhere": Hostile(f"<img src={AWAY}>"),
    "svg": Hostile(f"<svg/onload={RUN}>"),
    "svg with a link": Hostile(f"<svg><a xlink:href='javascript:{RUN}'>x"),
    "iframe": Hostile(f"<iframe srcdoc='<script>{RUN}</script>'>"),
    "object": Hostile(f"<object data={AWAY}><embed src={AWAY}>"),
    "math": Hostile(f"<math href='javascript:{RUN}'><mi>x"),
    "base": Hostile(f"<base href={AWAY}>"),
    "meta": Hostile(f"<meta http-equiv=refresh content='0;url={AWAY}'>"),
    "link": Hostile(f"<link rel=stylesheet href={AWAY}>"),
    "style": Hostile("<style>*{display:none}</style>"),
    "import of style": Hostile(f"<style>@import '{AWAY}';</style>"),
    "style attribute": Hostile("\" style=\"background:url('" + AWAY + "')"),
    "form": Hostile(f"<form action={AWAY}><button autofocus>x"),
    "textarea": Hostile("</textarea><textarea>"),
    "noscript": Hostile(f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>"),
    "template": Hostile("<template><plaintext>"),
    "details": Hostile(f"<details open ontoggle={RUN}>"),
    "double quote": Hostile(f'" onmouseover={RUN} autofocus onfocus={RUN} x="'),
    "single quote": Hostile(f"' autofocus onfocus={RUN} '"),
    "quotes in quotes": Hostile("'\"`\"'\"'\"'", ),
    "backtick attribute": Hostile(f"` onmouseover={RUN} x=`", f" onmouseover={RUN} x="),
    "comment": Hostile(f"<!-- --!><img src=x onerror={RUN}> -->"),
    "open comment": Hostile("<!--"),
    "cdata": Hostile(f"<![CDATA[<script>{RUN}</script>]]>"),
    "instruction": Hostile("<?php echo 1 ?><!DOCTYPE x>"),
    "broken tag": Hostile(f"<<script>script>{RUN}<</script>/script>"),
    "null in a tag": Hostile(f"<scr\x00ipt>{RUN}</script>", raw=CONTROL, lint=BIDI),
    "mutation in math": Hostile(f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>"),
    "mutation in svg": Hostile(f"<svg></p><style><a id='</style><img src=x onerror={RUN}>'>"),
    "mutation in a list": Hostile(f"<listing>&lt;img src=x onerror={RUN}&gt;"),
    # Entities and addresses
    "entities": Hostile("&lt;b&gt; &amp;amp; &#60;i&#62; &nbsp; &bogus;"),
    "entity without end": Hostile("&ltscript&gt &#x3cb"),
    "javascript link": Hostile(f"[x](javascript:{RUN})", lint=LINK),
    "javascript link, hidden": Hostile(f"[x](java\tscript:{RUN})", f"[x](java script:{RUN})"),
    "javascript entity": Hostile(f"[x](javascript&colon;{RUN})", lint=LINK),
    "javascript": Hostile(f"javascript:{RUN}//https://x"),
    "data link": Hostile("[x](data:text/html,<script>1</script>)", lint=LINK),
    "link with quotes": Hostile(f'[x](https://example.com/"onmouseover={RUN}")', "x"),
    "link with a title": Hostile('[x](https://example.com/ "a\\" b")', "x", lint=LINK),
    "image in Markdown": Hostile("![x](https://canary.invalid/x.png)", "!x"),
    # Markdown, front matter, templates
    "heading": Hostile("# heading"),
    "rule": Hostile("---"),
    "dots": Hostile("..."),
    "front matter": Hostile("---\ntitle: gone\ntemplate: 404.html\n---\n# gone", "--- title: gone template: 404.html --- # gone"),
    "fence": Hostile("```\n</code>\n```", "</code>"),
    "tilde fence": Hostile("~~~\nx\n~~~", "~~~ x ~~~"),
    "unpaired backticks": Hostile("``` ` `` x"),
    "admonition": Hostile("!!! note\n    x", "!!! note x"),
    "tab": Hostile('=== "x"\n\n    y', '=== "x" y'),
    "annotation": Hostile("(1)!"),
    "list": Hostile("1. one\n- two\n* three", "1. one - two * three"),
    "block of HTML": Hostile("<div markdown>\n\n# x\n\n</div>", "<div markdown> # x </div>"),
    "attribute list": Hostile("x {: #content onclick=x }\n{.y}", "x {: #content onclick=x } {.y}"),
    "reference": Hostile("[x]: https://canary.invalid\n[x]", "[x]: https://canary.invalid [x]"),
    "snippet": Hostile('--8<-- "/etc/passwd"'),
    "emphasis": Hostile("*a **b *c", "*a **b *c"),
    "names": Hostile("__init__ _a_ snake_case"),
    "template value": Hostile("{{ 7*7 }} {{ config }}"),
    "template block": Hostile("{% raw %}{% include 'main.html' %}"),
    "template comment": Hostile("{# x #} {{ '{{' }}"),
    "placeholders": Hostile("{a}{b} {0} %s %(x)s ${x} $(x)"),
    # YAML
    "mapping": Hostile("key: [a, {b: c}] # no comment"),
    "tag and anchor": Hostile("!!python/object:os.system &a *a"),
    "document": Hostile("a\n---\nb\n...\nc", "a --- b ... c"),
    "yes": Hostile("on"),
    "backslashes": Hostile(r"\n \u0041 \x41 \\ \ C:\new"),
    # Characters
    "escape codes": Hostile("\x1b[31mred\x1b[0m\x07", raw=CONTROL, lint=BIDI),
    "controls": Hostile("a\x01\x08\x0b\x0c\x1f\x7fb", raw=CONTROL, lint=BIDI),
    "more controls": Hostile("a\x80\x9f\x85b", raw=CONTROL, lint=BIDI),
    "carriage return": Hostile("a\rb", raw=CONTROL, lint=BIDI),
    "separators": Hostile("a\u2028b\u2029c", raw=CONTROL),
    "byte order mark": Hostile("a\ufeffb", raw=CONTROL),
    "no characters": Hostile("a\ufffe\uffffb", raw=CONTROL),
    "more no characters": Hostile("a\ufdd0\U0001fffe\U0010ffffb"),
    "override": Hostile("\u202egnirts\u202c x", lint=BIDI),
    "isolate": Hostile("a\u2066b\u2067c\u2069", lint=BIDI),
    "right to left": Hostile("שלום עולם, مرحبا بالعالم"),
    "zero width": Hostile("a\u200bb\u200cc\u200dd\u2060e\u00ade"),
    "combining marks": Hostile("\u0301x" + "\u0336\u0489" * 20),
    "emoji": Hostile("\U0001f600 \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e6\U0001f1f9 #\ufe0f\u20e3"),
    "beyond ASCII": Hostile("naïve ﬀ Ａ １ ß İ ı 漢字 \U00020000"),
    "private use": Hostile("\ue000\U000f0000\u0378"),
    "long word": Hostile("x" * 3000),
    "long word of marks": Hostile("<b>" * 700),
    "many lines": Hostile("\n".join(f"line {number}" for number in range(60)), " ".join(f"line {n}" for n in range(60))),
    "spaces": Hostile("a  b   c\n\n\n\td", "a  b   c d"),
}  # fmt: skip
TEXTS = tuple(item.text for item in HOSTILE.values())


def show_text(text: str) -> str:
    """What a page shows of a text that is no prose: controls as their pictures, what has no picture as U+FFFD."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]", _picture, text.replace("\r\n", "\n"))


def show_prose(item: Hostile) -> str:
    """What a page shows of it as prose: on one line."""
    text = item.text if item.shown is None else item.shown
    nothing = "[\u2028\u2029\ufdd0-\ufdef" + "".join(chr(plane << 16 | 0xFFFE | n) for plane in range(17) for n in (0, 1)) + "]"  # fmt: skip
    return show_text(re.sub(nothing, "\ufffd", re.sub(r"[\t ]*\n\s*|\t", " ", text)))


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def package_of(number: int) -> str:
    """The package of a string, by its place in the table."""
    return f"h{number:02}"


def word_of(number: int) -> str:
    """A string's word in the vocabulary: letters only."""
    return "w" + "abcdefghij"[number // 10] + "abcdefghij"[number % 10]


def write_hostile(errors: Path) -> Path:
    """Write a folder of records: of each string a package with three records, and a severity that it is the meaning of."""
    errors.mkdir(parents=True)
    words = {word_of(number): text for number, text in enumerate(TEXTS)}
    _dump(errors / "vocabulary.yaml", {"severities": words, "levels": {"any": PLAIN}, "retry": {"never": PLAIN}})
    for number, text in enumerate(TEXTS):
        folder = errors / package_of(number)
        (folder / "locks").mkdir(parents=True)
        _dump(folder / "package.yaml", _package(text))
        _dump(folder / "server.yaml", _server(text))
        _dump(folder / "error.yaml", _record(number, text) | _raising(number, text))
        _dump(folder / "exit.yaml", _record(number, text) | {"exits": 2, "message": text})
        _dump(folder / "never.yaml", _never(number, text))
        for version in ("2.0", "1.0"):
            (folder / "locks" / f"{version}+x.txt").write_text(f"x=={text}\n", encoding="utf-8")
    catalog = load(errors)
    for entry in catalog.entries.values():
        if not entry.id.endswith("/never"):
            path = errors / f"{entry.id}.evidence.json"
            path.write_text(render_evidence(_evidence(catalog, entry.id)), encoding="utf-8")
    return errors


class _Dumper(yaml.SafeDumper):
    """Writes everything out: the reader refuses aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(path: Path, data: object) -> None:
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=False, sort_keys=False, width=10_000)
    path.write_text(text, encoding="utf-8")


def _url(text: str) -> str:
    return "https://example.com/" + "".join(text.split())


def _package(text: str) -> dict[str, Any]:
    releases = [
        {"version": version, "python": "3.11", "as_of": "2026-01-01", "why": text} for version in ("2.0", "1.0")
    ]
    return {"name": text, "about": text, "home": _url(text), "releases": releases}


def _server(text: str) -> dict[str, Any]:
    answer = {"status": 400, "headers": {"x": text}, "body": text, "source": _url(text)}
    rule = {"request": "GET *", "token": text, "json": {text: text}, "answer": "bad"}
    return {"answers": {"bad": answer}, "scenarios": {"default": {"rules": [rule]}}}


def _program(number: int, text: str) -> dict[str, Any]:
    files = {"x.txt": text, "y.py": text}
    servers = {"a.example": package_of(number)}
    return {"code": text, "args": [text], "env": {"A": text}, "files": files, "servers": servers, "packages": ["x"]}


def _record(number: int, text: str) -> dict[str, Any]:
    """All fields of a record but its symptom."""
    word, program = word_of(number), _program(number, text)
    advice = {"text": text, "run": {"posix": text, "powershell": f"{text}x"}}
    fixed = {"code": f"{text}\n1", "env": {"A": f"{text}1"}, "prints": text}
    example = {"text": text, **program, "prints": text}
    cause = {
        "id": "one",
        "cause": text,
        "check": advice,
        "fix": advice,
        "broken": program,
        "fixed": fixed,
        "explanation": text,
    }
    note = {"by": "someone", "date": "2026-01-01", "applies_to": ">=1", **example}
    return {
        "symptom": text[:60], "http": 400, "severity": word, "level": "any", "retry": "never", "fix_time": "1-2 min",
        "summary": text[:160], "quick_fix": advice, "why": text,
        "causes": [cause, {"id": "two", "cause": text, "check": text, "fix": text, "not_reproduced": text}],
        "broken": program, "fixed": fixed, "explanation": text, "prevention": text,
        "dead_ends": [{"id": "a", "try": text, "why": text, **program}],
        "other_systems": [{"system": "macOS", "text": f"it is {text} here there", "seen_at": "https://example.com/"}],
        "look_alikes": {f"{package_of(number)}/never": text}, "detection": example, "workaround": example,
        "references": [{"title": text, "url": _url(text)}], "authors": ["someone"], "notes": [note],
    }  # fmt: skip


def _raising(number: int, text: str) -> dict[str, Any]:
    inner = {"raises": "kit.Inner", "message": text}
    wordings = [{"text": text, "applies_to": ">=1"}, {"text": f"{text} {{seen}}"}]
    return {"raises": f"{package_of(number)}.Error", "message": wordings, "caused_by": inner}


def _never(number: int, text: str) -> dict[str, Any]:
    """A record that was never run, whose name is the string."""
    full = _record(number, text)
    for key in ("broken", "fixed", "explanation", "look_alikes", "detection", "workaround", "dead_ends", "notes"):
        del full[key]
    full["causes"] = full["causes"][1:]
    return full | {"logs": {"logger": text, "level": "ERROR"}, "message": text, "not_reproduced": text, "status": "obsolete"}  # fmt: skip


def _evidence(catalog: Catalog, record: str) -> Evidence:
    """What was seen of every claim on every release, each text of it hostile, each digest the one it must have."""
    entry = catalog.entries[record]
    text = entry.record.why
    claims: dict[str, dict[str, Any]] = {}
    for claim in entry.claims:
        for standing in catalog.standings(entry, claim):
            release = standing.release
            message = text if release.version == "2.0" else "another"
            seen = _seen(entry.package, text, message, ends_clean=standing.expectation.shows is None)
            digest = catalog.digest(entry, claim, release)
            claims.setdefault(claim.id, {})[release.version] = {**seen, "digest": digest}
    return Evidence.model_validate_json(json.dumps({"format": 1, "record": record, "claims": claims}))


def _seen(package: str, text: str, message: str, ends_clean: bool) -> dict[str, Any]:
    name = f"{package}.Error"
    chain = [{"relation": "cause", "name": text, "message": text}]
    common = {
        "date": "2026-01-01", "python": "3.11.7", "isolation": text, "verdict": "as claimed", "stdout": f"{text}\n",
        "stderr": f"{text}\n", "names": {name: {"real": text, "bases": [text]}, text: {"real": text}},
        "services": {text: text}, "requests": [{"method": text, "host": text, "path": text, "status": 400}],
    }  # fmt: skip
    if ends_clean:
        return {**common, "observed": "clean", "exit_code": 0}
    exception = {"name": text, "message": message, "attributes": {text: text}, "chain": chain}
    return {
        **common,
        "observed": "raised",
        "exit_code": 1,
        "exceptions": [exception],
        "traceback": _trace(text, message),
    }


def _trace(text: str, message: str) -> str:
    frames = ("/app/app.py", f"/usr/local/lib/python3.11/site-packages/{text}/x.py")
    lines = (f'  File "{path}", line 1, in {text}\n    {text}\n' for path in frames)
    return f"Traceback (most recent call last):\n{''.join(lines)}kit.Error: {message}"


def list_pages(site: Path) -> Iterator[str]:
    """The addresses of a rendered site's pages; those that only lead to another page are left out."""
    for path in sorted(site.rglob("*.md")):
        place = path.relative_to(site).with_suffix("").as_posix()
        address = "" if place == "index" else f"{place.removesuffix('/index')}/"
        if '\ntemplate: "moved.html"\n' not in path.read_text(encoding="utf-8"):
            yield address
