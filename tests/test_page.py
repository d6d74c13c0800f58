"""The files of the chat page, read without a browser: what must not stand there, what must."""

import re
from pathlib import Path

import pytest

import bot.offline

PAGE = Path(bot.offline.__file__).with_name("page")
FILES = {path.name: path.read_text("utf-8") for path in sorted(PAGE.iterdir())}
INDEX = FILES["index.html"]
CODE = "\n".join(text for name, text in FILES.items() if name.endswith(".js"))
IDS = re.findall(r'\bid="([\w-]+)"', INDEX)

FORBIDDEN = {
    "no text becomes HTML": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser",
    "no text becomes code": r"\beval\(|new Function|javascript:|setTimeout\(\s*[\"'`]",
    "no script stands in the HTML": r"<script(?![^>]*\bsrc=)",
    "no style stands in the HTML": r"<style|<[^>]+\sstyle=",
    "no handler stands in the HTML": r"<[^>]+\son\w+=",
    "nothing is fetched from elsewhere": r"(?:src|href|url\(|from|import)\W{0,3}(?:https?:)?//",
    "nothing needs data: addresses": r"url\(\W?data:",
}


@pytest.mark.parametrize("pattern", FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_no_file_holds(pattern):
    """The strict Content-Security-Policy would refuse it, or it would be unsafe."""
    found = {name: match[0] for name, text in FILES.items() if (match := re.search(pattern, text))}

    assert found == {}


def test_every_file_is_used_and_exists():
    """What is named exists; what exists is named."""
    asked = set(re.findall(r"/page/([\w.-]+)", "\n".join(FILES.values())))
    asked |= set(re.findall(r'from "\./([\w.-]+)"', CODE))

    assert asked | {"index.html"} == set(FILES)


def test_the_code_asks_for_elements_that_are_there():
    """Every id stands in the HTML once."""
    asked = set(re.findall(r'byId\("([\w-]+)"\)', CODE))

    assert asked - set(IDS) == set()
    assert sorted(set(IDS)) == sorted(IDS)


def test_every_drawing_is_there_and_used():
    """Icons are drawn once, in the HTML."""
    drawn = {name.removeprefix("i-") for name in IDS if name.startswith("i-")}
    named = set(re.findall(r'href="#i-([\w-]+)"', INDEX)) | set(re.findall(r'"([\w-]+)"', CODE))

    assert drawn - named == set()
    assert set(re.findall(r'icon\("([\w-]+)"\)', CODE)) - drawn == set()


def test_every_control_of_the_page_has_a_name():
    """A button without words has a label for a screen reader."""
    bare = [
        tag
        for tag, inside in re.findall(r"(<(?:button|a)\b[^>]*>)(.*?)</(?:button|a)>", INDEX)
        if "aria-label=" not in tag and not re.sub(r"<[^>]+>", "", inside).strip()
    ]

    assert [tag for tag in bare if 'id="speaker"' not in tag] == []  # named after who it is
