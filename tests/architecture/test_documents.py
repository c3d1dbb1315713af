"""Documents and code agree: citations lead to sections, and prose stays narrow."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.exchange.package_format import FILES

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "docs" / "domain.md"
CITING = ("lib", "db", "pages", "tests", "docs")
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
)
NARROW = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/appeals.md",
    "docs/architecture.md",
    "docs/domain.md",
    "docs/glossary.md",
    "docs/operations.md",
    "docs/performance.md",
    "docs/scale.md",
    "docs/security.md",
    "docs/testing.md",
)
"""Documents whose prose is checked."""
WIDEST = 120
LONGEST_README = 120

_HEADING = re.compile(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", re.MULTILINE)
# «DOMAIN §1.2, §1.9 and §1.10», «DOMAIN §1.1–§1.6»
_CITATION = re.compile(r"\bDOMAIN (§\d+(?:\.\d+)?(?:(?:, | and |–)§\d+(?:\.\d+)?)*)")
_OTHER_FORM = re.compile(r"\bDOMAIN\b[ a-z]*\d.*")
_TARGET = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
_SECTION = re.compile(r"§(\d+(?:\.\d+)?)")
_LINK = re.compile(r"(?:[-*] )?!?\[.*\](?:\(.*\)|: \S+)[.]?")
# «`lib/ui/markup.py`», and not «`lib/services/<area>`»
_PATH = re.compile(r"`((?:lib|db|docs|pages|tests)/[\w./-]*)`")
_FILE = re.compile(r"^##### (\w+)\.csv$(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def sources() -> Iterator[tuple[str, str]]:
    """Return the name and the text of every file that may cite the document."""
    for folder in CITING:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".md"}:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines of a Markdown text that are prose, with their numbers."""
    is_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not (is_code or line.startswith(("|", "#")) or _LINK.fullmatch(line.strip())):
            yield number, line


@pytest.mark.parametrize("name", DOCUMENTS)
def test_local_links_lead_somewhere(name: str) -> None:
    document = ROOT / name
    broken = []
    for target in _TARGET.findall(document.read_text()):
        path, _, anchor = target.partition("#")
        linked = document.parent / path if path else document
        if not linked.exists() or (anchor and anchor not in _anchors(linked.read_text())):
            broken.append(target)

    assert broken == []


def _anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_citation_leads_to_a_section() -> None:
    sections = set(_HEADING.findall(DOMAIN.read_text()))
    cited = [
        (name, section)
        for name, text in sources()
        for citation in _CITATION.findall(text)
        for section in _SECTION.findall(citation)
    ]

    assert cited
    assert [citation for citation in cited if citation[1] not in sections] == []


def test_citations_have_one_form() -> None:
    other = [(name, found) for name, text in sources() for found in _OTHER_FORM.findall(text)]

    assert other == []


def test_references_within_the_document_lead_to_a_section() -> None:
    text = DOMAIN.read_text()

    assert set(_SECTION.findall(text)) - set(_HEADING.findall(text)) == set()


def test_sections_are_numbered_once() -> None:
    numbers = _HEADING.findall(DOMAIN.read_text())

    assert sorted(set(numbers)) == sorted(numbers)


def test_the_files_of_a_package_are_described_column_by_column() -> None:
    described = {stem: _COLUMN.findall(body) for stem, body in _FILE.findall(DOMAIN.read_text())}

    assert described == {
        stem: [column.name for column in columns] for stem, columns in FILES.items()
    }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_and_folders_that_a_document_names_exist(document: str) -> None:
    named = set(_PATH.findall((ROOT / document).read_text()))

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README


@pytest.mark.parametrize("document", NARROW)
def test_prose_is_narrow(document: str) -> None:
    lines = prose((ROOT / document).read_text())

    assert [f"{document}:{number}" for number, line in lines if len(line) > WIDEST] == []
