"""Edits from the chat page: tried, saved, recognised when live, taken back."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from offline_chat import CONTACT, TOKEN, bread, in_loop

from bot import editing
from bot.answering.answerer import Answerer
from bot.drafting import draft
from bot.editing import Editing
from bot.loading import version
from bot.offline.api import FakeBotApi
from bot.offline.guard import WrongRequest
from bot.offline.server import serving
from bot.settings import Settings

BREAD = Path(__file__).with_name("bread")
PHRASING = {"kind": "phrasing", "entry": "when-done", "phrasing": "when may i slice it"}
ELSEWHERE = {"kind": "elsewhere", "message": "which shoes for hiking"}
HOT = {
    "question": "How hot should the oven be?",
    "answer": "The article says 230 degrees.",
    "quotes": ["Bake the loaf at 230 degrees for 35 minutes."],
}
WARMER = {"kind": "words", "entry": "how-hot", "was": HOT, "to": {**HOT, "answer": "It says 230."}}


class Desk(Editing):
    """A copy of the small knowledge, and the answerer that is live."""

    folder: Path
    now: Answerer

    @classmethod
    def at(cls, folder: Path) -> "Desk":
        """Copy the knowledge to a folder."""
        shutil.copytree(BREAD, folder)
        desk = cls(Settings(knowledge_dir=folder, operator_contact=CONTACT), lambda: desk.now)
        desk.folder, desk.now = folder, bread()
        return desk

    def text(self, file: str = "qa.yaml") -> str:
        """What stands in a file."""
        return (self.folder / file).read_text("utf-8")

    def write(self, old: str, new: str, file: str = "qa.yaml") -> None:
        """Somebody else edits a file."""
        assert old in self.text(file)
        (self.folder / file).write_text(self.text(file).replace(old, new), "utf-8")

    def follow(self) -> None:
        """What is in the files becomes live."""
        found = draft(self.settings, self.now, {})
        assert isinstance(found, Answerer)
        served = replace(found.knowledge, version=version(self.folder))
        self.now = replace(found, knowledge=served)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk at a copy of the small knowledge."""
    return Desk.at(tmp_path / "bread")


@in_loop
async def test_what_can_be_chosen(desk):
    """The entries as they stand in the file, and the sentences of the article."""
    desk.write("question: Hello", "question: Hello there")

    known = await desk.known()

    assert known["entries"][-1] == {
        "id": "hello",
        "section": "Small talk",
        "question": "Hello there",
    }
    assert HOT["quotes"][0] in known["sentences"]
    entry = await desk.entry("how-hot")
    assert entry["words"] == HOT
    assert "oven temperature" in entry["phrasings"]


FINDINGS = {
    "nothing is wrong": (PHRASING, []),
    "markup that Telegram refuses": (
        {**WARMER, "to": {**HOT, "answer": "The article says <b>230."}},
        ["bad-markup"],
    ),
    "a quote that is not in the article": (
        {**WARMER, "to": {**HOT, "quotes": ["Bake."]}},
        ["quote-not-in-article"],
    ),
    "a number that no quote has is no fault": (
        {**WARMER, "to": {**HOT, "answer": "The article says 240 degrees."}},
        [],
    ),
}


@pytest.mark.parametrize(("edit", "rules"), FINDINGS.values(), ids=FINDINGS)
@in_loop
async def test_findings_before_saving(desk, edit, rules):
    """Only what the edit brings, and the file is as it was."""
    before = desk.text()

    found = await desk.check(edit)

    assert [finding["rule"] for finding in found["findings"]] == rules
    assert desk.text() == before


ADVICE = {
    "nothing could be better than before": (PHRASING, []),
    "a number that no quote has": (
        {**WARMER, "to": {**HOT, "answer": "The article says 240 degrees."}},
        ["unquoted-number"],
    ),
    "a phrasing that adds nothing": (
        {**PHRASING, "phrasing": "Is it done, yet?"},
        ["idle-phrasing"],
    ),
}


@pytest.mark.parametrize(("edit", "rules"), ADVICE.values(), ids=ADVICE)
@in_loop
async def test_advice_before_saving(desk, edit, rules):
    """What could be better forbids nothing."""
    found = await desk.advise(edit)

    assert [finding["rule"] for finding in found["findings"]] == rules
    assert "number" in await desk.save(edit)


@in_loop
async def test_what_it_changes_for_others(desk):
    """The message itself apart from the others; the file is as it was."""
    before = desk.text()

    told = await desk.compare(PHRASING)

    (own,) = told["own"]
    assert own["text"] == PHRASING["phrasing"]
    assert own["is"]["ids"] == ("when-done",)
    assert PHRASING["phrasing"] not in [item["text"] for item in told["differences"]]
    assert sum(told["counts"].values()) >= len(told["differences"])
    assert desk.text() == before


@in_loop
async def test_without_examples_the_rest_is_compared(desk):
    """They only measure."""
    (desk.folder / "examples.yaml").unlink()

    assert (await desk.compare(PHRASING))["own"]


GONE = {"kind": "gone", "entry": "how-hot", "phrasing": "oven temperature"}
EDITS = {
    "a phrasing": PHRASING,
    "a phrasing less": GONE,
    "other words": WARMER,
    "none of its business": ELSEWHERE,
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@in_loop
async def test_an_edit_is_saved_becomes_live_and_is_taken_back(desk, edit):
    """Each step is told; at the end the file is what it was, to the letter."""
    file = "words.yaml" if edit is ELSEWHERE else "qa.yaml"
    before = desk.text(file)

    saved = await desk.save(edit)

    assert saved == {"number": 1}
    assert desk.text(file) != before
    (told,) = await desk.saved()
    assert not told["is_live"]
    desk.follow()
    (told,) = await desk.saved()
    assert told["is_live"]
    await desk.take_back(1)
    assert desk.text(file) == before
    (told,) = await desk.saved()
    assert told["is_taken_back"]
    assert not told["is_live"]
    desk.follow()
    (told,) = await desk.saved()
    assert told["is_live"]


@in_loop
async def test_an_edit_is_taken_back_out_of_what_was_saved_after_it(desk):
    """The newer edit stays."""
    before = desk.text()
    await desk.save(PHRASING)
    await desk.save(WARMER)

    await desk.take_back(1)

    assert desk.text() == before.replace(HOT["answer"], "It says 230.")
    assert [item["is_taken_back"] for item in await desk.saved()] == [False, True]


@in_loop
async def test_an_edit_is_overtaken_when_its_words_are_changed_again(desk):
    """It is in nothing that is live, and nobody has to wait for it."""
    await desk.save(WARMER)
    desk.follow()
    again = {**HOT, "answer": "The article says 240 degrees."}
    await desk.save({**WARMER, "was": WARMER["to"], "to": again})
    newest, first = await desk.saved()
    assert (newest["is_overtaken"], first["is_live"]) == (False, True)

    desk.follow()

    newest, first = await desk.saved()
    assert (newest["is_live"], newest["is_overtaken"]) == (True, False)
    assert (first["is_live"], first["is_overtaken"]) == (False, True)


@in_loop
async def test_what_is_wrong_is_not_saved(desk):
    """The findings say why."""
    before = desk.text()

    told = await desk.save({**WARMER, "to": {**HOT, "answer": "<b>"}})

    assert [finding["rule"] for finding in told["findings"]] == ["bad-markup"]
    assert desk.text() == before
    assert await desk.saved() == []


@in_loop
async def test_a_fault_elsewhere_does_not_forbid_to_save(desk):
    """Also when the edit moves it to another line; what changes cannot be told meanwhile."""
    desk.write("id: hello", "id: Hello")

    assert await desk.check(PHRASING) == {"findings": []}
    assert await desk.save(PHRASING) == {"number": 1}
    with pytest.raises(WrongRequest, match="when nothing is wrong any more"):
        await desk.compare(ELSEWHERE)


@in_loop
async def test_a_fault_elsewhere_does_not_hide_the_same_fault_here(desk):
    """It is told with its own line, and not saved."""
    desk.write(HOT["answer"], "<b>230")
    edit = {"kind": "words", "entry": "what-goes-in"}
    was = (await desk.entry("what-goes-in"))["words"]
    before = desk.text()

    told = await desk.save({**edit, "was": was, "to": {**was, "answer": "<b>Flour."}})

    (finding,) = told["findings"]
    line = before[: before.index(f"answer: {was['answer']}")].count("\n") + 1
    assert (finding["rule"], finding["place"]) == ("bad-markup", f"qa.yaml:{line}")
    assert desk.text() == before


@in_loop
async def test_what_others_need_by_now_is_not_taken_back(desk):
    """The file would be refused then; the fault is told instead."""
    values = {"id": "storing", "section": "Rising", "question": "How do I store it?"}
    values |= {"answer": "The article does not say.", "phrasings": ["how to store it"]}
    await desk.save({"kind": "entry", "values": values})
    desk.write("related: [how-long-to-knead]", "related: [storing]")
    before = desk.text()

    with pytest.raises(WrongRequest, match='there is no entry "storing"'):
        await desk.take_back(1)

    assert desk.text() == before


@in_loop
async def test_a_conflict_shows_what_somebody_else_saved(desk):
    """Nothing is overwritten; with their text as the beginning it can be saved."""
    desk.write(HOT["answer"], "The article says 230 degrees, no more.")
    theirs = {**HOT, "answer": "The article says 230 degrees, no more."}

    assert await desk.check(WARMER) == {"theirs": theirs}
    assert await desk.save(WARMER) == {"theirs": theirs}
    assert "no more" in desk.text()
    assert await desk.save({**WARMER, "was": theirs}) == {"number": 1}
    assert "answer: It says 230." in desk.text()


@pytest.mark.parametrize("times", [1, 3])
@in_loop
async def test_somebody_saves_something_else_at_the_same_moment(desk, monkeypatch, times):
    """The edit is made in what is there then; who saves all the time wins."""
    save, left = editing.save, [times]

    def late(path: Path, text: str, expected: str) -> None:
        if left[0]:
            left[0] -= 1
            path.write_text(f"{path.read_text('utf-8')}# {left[0]}\n", "utf-8")
        save(path, text, expected)

    monkeypatch.setattr(editing, "save", late)

    if times == 1:
        assert await desk.save(WARMER) == {"number": 1}
        assert "answer: It says 230." in desk.text()
    else:
        with pytest.raises(WrongRequest, match="try again"):
            await desk.save(WARMER)
        assert HOT["answer"] in desk.text()
    assert desk.text().endswith("# 0\n")


@in_loop
async def test_a_conflict_forbids_to_take_back(desk):
    """What somebody else has made of it since is not lost."""
    await desk.save(WARMER)
    desk.write("It says 230.", "It says 230 or so.")

    with pytest.raises(WrongRequest, match="changed by somebody else") as refused:
        await desk.take_back(1)

    assert refused.value.status == 409
    assert "230 or so" in desk.text()


@in_loop
async def test_a_new_entry_that_was_worked_on_is_not_taken_back(desk):
    """Another maintainer's work on it would go with it."""
    values = {"id": "storing", "section": "Rising", "question": "How do I store it?"}
    values |= {"answer": "The article does not say.", "phrasings": ["how to store it"]}
    await desk.save({"kind": "entry", "values": values})
    desk.write("    - how to store it", "    - how to store it\n    - where do i keep it")

    with pytest.raises(WrongRequest, match="worked on since"):
        await desk.take_back(1)

    assert "where do i keep it" in desk.text()


REFUSED = {
    "it stands there": ({**PHRASING, "phrasing": "is it done yet"}, "already"),
    "nothing changes": ({**WARMER, "to": HOT}, "changes nothing"),
    "no such entry": ({**PHRASING, "entry": "none"}, 'no entry "none"'),
    "no edit": ({}, "no such kind"),
}


@pytest.mark.parametrize(("edit", "words"), REFUSED.values(), ids=REFUSED)
@in_loop
async def test_what_cannot_be_saved(desk, edit, words):
    """A sentence says why."""
    with pytest.raises(WrongRequest, match=words):
        await desk.save(edit)


@in_loop
async def test_only_what_was_saved_is_taken_back(desk):
    """And once."""
    await desk.save(PHRASING)
    await desk.take_back(1)

    for number in (1, 2):
        with pytest.raises(WrongRequest, match="nothing to take back"):
            await desk.take_back(number)


@in_loop
async def test_many_at_once_are_all_saved(desk):
    """Several pages save at the same moment."""
    edits = [{**PHRASING, "phrasing": f"is loaf number {n} done"} for n in range(5)]

    await asyncio.gather(*map(desk.save, edits))

    assert all(edit["phrasing"] in desk.text() for edit in edits)
    assert [item["number"] for item in await desk.saved()] == [5, 4, 3, 2, 1]


# ---------------------------------------------------------------- over HTTP


@in_loop
async def test_the_page_asks_over_http(desk):
    """Everything, with what others see of it."""
    api = FakeBotApi(TOKEN)
    async with (
        serving(api, port=0, editing=desk) as address,
        httpx.AsyncClient(base_url=f"{address}/offline/", trust_env=False, timeout=60) as page,
    ):

        async def post(path: str, **values: object) -> httpx.Response:
            return await page.post(f"editing/{path}", json=values)

        assert (await page.get("state")).json()["result"]["can_edit"] is True
        assert (await page.get("editing/known")).json()["result"]["entries"]
        assert (await page.get("editing/entry?id=how-hot")).json()["result"]["words"] == HOT
        assert (await post("check", edit=PHRASING)).json()["result"] == {"findings": []}
        assert (await post("advise", edit=PHRASING)).json()["result"] == {"findings": []}
        assert (await post("compare", edit=PHRASING)).json()["result"]["own"]
        assert (await post("save", edit=PHRASING)).json()["result"] == {"number": 1}
        assert (await page.get("editing/saved")).json()["result"][0]["number"] == 1
        assert (await post("take-back", number=1)).json()["result"] == {"number": 1}
        assert [event.kind for event in api.world.log.events][-2:] == ["saved", "saved"]

        wrong = await post("save", edit="no edit")
        assert (wrong.status_code, wrong.json()["error"]) == (400, "edit should be an object")
        large = await post("save", edit={**PHRASING, "phrasing": "a" * 1_000_000})
        assert large.status_code == 413
        other = await page.get("editing/known", headers={"Origin": "http://example.org"})
        assert other.status_code == 403
        as_text = await page.post("editing/save", content='{"edit": {}}')
        assert as_text.status_code == 403


@in_loop
async def test_a_bot_of_somebody_else_cannot_be_edited():
    """`python -m bot offline` serves any bot and knows none."""
    async with (
        serving(FakeBotApi(TOKEN), port=0) as address,
        httpx.AsyncClient(base_url=f"{address}/offline/", trust_env=False, timeout=60) as page,
    ):
        assert (await page.get("state")).json()["result"]["can_edit"] is False
        refused = await page.get("editing/known")

    assert (refused.status_code, refused.json()["error"]) == (404, "nothing can be edited here")


@in_loop
async def test_other_machines_cannot_edit(desk):
    """Where they could reach it nothing is served."""
    with pytest.raises(ValueError, match="could edit"):
        async with serving(FakeBotApi(TOKEN), host="0.0.0.0", port=0, editing=desk):  # noqa: S104
            pass
