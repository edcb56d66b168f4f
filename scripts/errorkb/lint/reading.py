"""What loading finds before any rule is asked: the codes of its findings, with what each demands."""

from __future__ import annotations

READ = {
    "file-unreadable": "`vocabulary.yaml`, and `package.yaml` in each package's folder, are files that can be read.",
    "too-large": "A file has at most 1,000,000 bytes.",
    "not-utf-8": "A file is UTF-8.",
    "byte-order-mark": "A file does not begin with a byte order mark.",
    "control-character": "A file holds no control characters. Where one belongs to a text, it is written as an escape "
    "in double quotes.",
    "yaml-syntax": "A file is YAML.",
    "yaml-tab": "Indentation is spaces, no tabs.",
    "several-documents": "A file holds one YAML document.",
    "too-deep": "Data is nested at most 50 levels deep.",
    "yaml-tag": "There are no YAML tags, such as `!!str`.",
    "yaml-anchor": "There are no YAML anchors, such as `&name`.",
    "yaml-alias": "There are no YAML aliases, such as `*name`.",
    "empty-file": "A file holds keys.",
    "not-a-mapping": "A file is keys with values at its top.",
    "text-cut-off": "No text is cut off by ` #`, which begins a comment in YAML: such a text stands in quotes.",
    "key-not-text": "A key is text, as YAML reads it: `on`, `1.0` and `null` are none.",
    "duplicate-key": "A key stands once.",
    "key-without-value": "A key in braces has a value: `{a: no key, a TypeError}` has two keys.",
    "read-as-boolean": "Text that YAML reads as a boolean (`no`, `on`) stands in quotes.",
    "read-as-number": "Text that YAML reads as a number other than it looks (`1.10`, `012`) stands in quotes.",
    "read-as-date": "Dates stand in quotes.",
    "more-findings": "Of one file's findings the first hundred are listed; this one counts the others.",
    "missing-key": "What must be there is there: [Fields](contribute/fields.md) says what.",
    "unknown-key": "Keys are those of [Fields](contribute/fields.md), and no others.",
    "wrong-value": "A value is what [Fields](contribute/fields.md) says of its key.",
    "evidence-unreadable": "Evidence is as `verify` wrote it. It is never edited.",
}
