"""Builds: by either builder to the same addresses, twice to the same bytes, below any path."""

import gzip
import re
from pathlib import Path

import pytest

from errorkb.paths import ERRORS
from sites import render_folder, run_builder, write_project

pytestmark = pytest.mark.slow


def find_addresses(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


def read_all(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_zensical_builds_the_same_addresses(built: Path, tmp_path: Path) -> None:
    site = run_builder(write_project(tmp_path, render_folder(ERRORS)), "zensical")
    addresses = find_addresses(site)
    assert {"index.html", "404.html", "anthropic/authentication-error/index.html"} <= addresses
    assert addresses == find_addresses(built)
    for name in ("index.html", "anthropic/authentication-error/index.html"):
        assert read_article(site / name) == read_article(built / name)


def read_article(page: Path) -> str:
    """The body of a generated page, which both must place as it is."""
    text = page.read_text(encoding="utf-8")
    return text[text.index('<div class="kb-page') : text.index("</article>")].strip()


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    """In folders of other names, at other times, generated anew."""
    sites = [
        run_builder(write_project(tmp_path / name, render_folder(ERRORS), "https://kb.example/"))
        for name in ("one", "another folder")
    ]
    first, second = map(read_all, sites)
    assert len(first) > 100
    assert "sitemap.xml.gz" in first
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert b"<lastmod>2025-11-24</lastmod>" in gzip.decompress(first["sitemap.xml.gz"])


def test_below_a_path_links_of_the_page_for_lost_readers_begin_with_it(tmp_path: Path) -> None:
    site = run_builder(write_project(tmp_path, render_folder(ERRORS), "https://kb.example/kb/"))
    page = (site / "404.html").read_text(encoding="utf-8")
    assert find_targets(page)
    assert [
        target for target in find_targets(page) if not target.startswith(("/kb/", "#", "https://kb.example/kb/"))
    ] == []
    assert {"/kb/e/", "/kb/packages/", "/kb/http/", "/kb/"} <= set(find_targets(page))
    record = (site / "anthropic/authentication-error/index.html").read_text(encoding="utf-8")
    assert [target for target in find_targets(record) if target.startswith("/")] == []
    assert '<link rel="canonical" href="https://kb.example/kb/anthropic/authentication-error/">' in record


def find_targets(page: str) -> list[str]:
    return re.findall(r'(?:href|src|data-scope)="([^"]*)"', page)
