"""A file that is to be a record's program."""

from __future__ import annotations

from errorkb.redaction import redact

SECRETS = frozenset(
    (
        *("private key", "password", "web hook", "Telegram token", "Discord token", "JSON Web Token", "key"),
        *("credential", "secret", "partial key"),
    )
)
"""Of what is redacted, that which must not stand in a program either; an address or a path may."""


def parse_program(content: bytes) -> tuple[str, str]:
    """Return a program's text, without empty lines around it, and why it cannot be one; "" if it can."""
    try:
        code = content.decode("utf-8-sig").replace("\r\n", "\n").strip("\n") + "\n"
    except UnicodeDecodeError:
        return "", "a program must be text in UTF-8"
    if not code.strip() or "\0" in code:
        return "", f"a program must be text, and this is {'not' if code.strip() else 'empty'}"
    secret = find_secret(code)
    return ("", secret) if secret else (code, "")


def find_secret(text: str) -> str:
    """Say which secret a part of a program seems to hold; "" if none."""
    secrets = [what for what in redact(text)[1] if what in SECRETS]
    if not secrets:
        return ""
    return f"it holds what looks like a {secrets[0]}: write test-key-good or test-key-bad in its place"
