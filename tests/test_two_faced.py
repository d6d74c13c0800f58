"""Words with two faces: each must fire in earnest and stay quiet in its innocent senses."""

import pytest

TWO_FACED = {
    "stroke": (
        ("my dad is having a stroke", "had a stroke two years ago, is massage ok"),
        ("what a stroke of luck", "which strokes do they use", "my breast stroke is bad"),
    ),
    "expecting": (
        ("i am expecting a baby", "expecting my second child in may"),
        ("i was expecting more pressure", "expecting a parcel at three"),
    ),
    "surgery": (
        ("i had knee surgery last week", "my back after surgery"),
        ("what are your surgery hours", "it is next to the vet surgery"),
    ),
    "operation": (
        ("i had an operation on my hip last month",),
        ("it is a small family operation", "hours of operation please"),
    ),
    "fall": (
        ("i fell off a ladder and my back hurts", "she had a fall and her hip hurts"),
        ("i fall asleep during massage", "is it open in the fall", "i fell for this place"),
    ),
    "accident": (
        ("car accident yesterday, my neck hurts",),
        ("i booked twice by accident",),
    ),
    "chest": (
        ("my chest hurts and i sweat", "pressure on my chest"),
        ("i had to get that off my chest", "a chest of drawers", "chest day at the gym"),
    ),
    "fever": (
        ("i have a fever", "back pain and fever"),
        ("football fever is everywhere", "i have cabin fever"),
    ),
    "numb": (
        ("it is numb between my legs", "both legs are numb"),
        ("this job is so boring i am numb", "mind numbing meetings"),
    ),
    "killing me": (
        ("i want to kill myself", "the pain in my back is killing me, i can't get up"),
        ("this playlist is killing me", "these stairs are killing me lol"),
    ),
    "can't feel": (
        ("i can't feel my legs",),
        ("i can't feel any difference after it", "can't feel the vibe here"),
    ),
    "fracture": (
        ("i have a fracture in my foot",),
        ("a fracture in our team", "a hairline fracture in my screen"),
    ),
    "drop": (
        ("my foot drops when i walk", "his face droops on one side"),
        ("can i drop by tomorrow", "a drop of oil", "i drop my kids at school"),
    ),
    "lost control": (
        ("i lost control of my bladder",),
        ("i lost control of my inbox", "the driver lost control, great film"),
    ),
    "weak": (
        ("my leg is getting weaker, it gives way",),
        ("the coffee was weak", "i have a weakness for cake", "weak wifi in the salon"),
    ),
    "9/10": (
        ("my back pain is 9/10", "back pain 10 out of 10"),
        ("9/10 for the last massage", "i give it a 10 out of 10"),
    ),
    "hot": (
        ("my knee is hot and red", "the joint feels hot to touch"),
        ("are hot stones used", "it is a hot topic", "is a hot bath good after it"),
    ),
    "warm": (
        ("my ankle is warm and thick",),
        ("should i warm up first", "a warm welcome", "warm oil is nice"),
    ),
    "red": (
        ("there is a red patch on my leg", "my elbow is red and warm"),
        ("i wear a red shirt", "is that a red flag", "red wine after massage"),
    ),
    "swell": (
        ("my ankles swell up", "a swelling on my wrist"),
        ("that would be swell", "what a swell party"),
    ),
}


@pytest.mark.parametrize(("earnest", "_"), TWO_FACED.values(), ids=TWO_FACED)
def test_in_earnest(answerer, earnest, _):
    """A sign gets its card."""
    assert [text for text in earnest if not answerer.safety.find(text)] == []


@pytest.mark.parametrize(("_", "innocent"), TWO_FACED.values(), ids=TWO_FACED)
def test_innocent(answerer, _, innocent):
    """Another sense of the same word gets none."""
    assert [text for text in innocent if answerer.safety.find(text)] == []
