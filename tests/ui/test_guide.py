"""The guide: chapters for all sections of the menu, pictures, links and search."""

import re

import pytest
from PIL import Image

from lib.ui import screens
from lib.ui.guide import book, view
from lib.ui.guide.book import FOLDER
from tests.kit.guide_pictures import LARGEST

PICTURES = FOLDER / "pictures"


@pytest.mark.parametrize("path", [screen.path for screen in screens.RESIDENT])
def test_every_section_of_the_menu_has_its_chapter_and_its_help(path: str) -> None:
    chapter = book.find_chapter_of(path)

    assert chapter is not None
    about = view._build_about(path)
    assert chapter.lead[:20] in about
    assert f'href="/guide?section={chapter.section}"' in about


@pytest.mark.parametrize("section", book.SECTIONS)
def test_every_picture_named_exists_is_small_and_has_words(section: str) -> None:
    chapter = book.find_chapter(section)

    assert chapter is not None
    named = re.findall(r'<img src="/guide-pictures/([a-z_]+\.webp)" alt="([^"]+)"', chapter.body)
    assert chapter.body.count("<img") == len(named) >= 1
    for name, words in named:
        assert words
        assert (PICTURES / name).stat().st_size <= LARGEST
        with Image.open(PICTURES / name) as picture:
            assert (picture.format, picture.width) == ("WEBP", 860)


def test_every_picture_and_chapter_is_used() -> None:
    bodies = "".join(chapter.body for chapter in book.list_chapters())

    assert {path.name for path in PICTURES.iterdir()} == set(re.findall(r"[a-z_]+\.webp", bodies))
    assert {path.stem for path in FOLDER.glob("*.md")} == set(book.SECTIONS)


@pytest.mark.parametrize("section", book.SECTIONS)
def test_links_of_a_chapter_lead_to_chapters(section: str) -> None:
    chapter = book.find_chapter(section)

    assert chapter is not None
    for address in re.findall(r'href="([^"]+)"', chapter.body):
        link = re.fullmatch(r"/guide\?section=([a-z_]+)", address)
        assert link is not None, address
        assert book.find_chapter(link[1]), address
    assert len(chapter.lead) <= 200


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("поверки", "meters"),
        ("КВИТАНЦИЮ распечатать", "home"),
        ("лицевые счета добавить", "attach"),
        ("счётчик", "meters"),
        ("счетчиков", "meters"),
        ("забыл пароль", "recovery"),
        ("удалить учётную запись", "profile"),
    ],
)
def test_words_are_found_with_any_ending(query: str, first: str) -> None:
    assert first in [found.chapter.section for found in book.search_chapters(query)][:3]


@pytest.mark.parametrize("query", ["", "  ", "<script>", "щщщщ", "("])
def test_a_search_without_matches_finds_nothing(query: str) -> None:
    assert book.search_chapters(query) == ()
