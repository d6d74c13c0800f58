"""What others published for the same data: figures to stand beside ours, not measured here."""

from collections.abc import Mapping
from typing import NamedTuple


class Published(NamedTuple):
    """Figures of several systems in one setting, as their source gives them."""

    setting: str
    figures: Mapping[str, str]
    """System -> figure."""
    source: str


PUBLISHED = (
    Published(
        "HINT3 SOFMattress, Matthews; threshold chosen on the test part itself (on two other bots)",
        {
            "Dialogflow": ".680 (.656)",
            "BERT classifier": ".651 (.590)",
            "Haptik": ".626 (.595)",
            "LUIS": ".595 (.542)",
            "Rasa": ".568 (.558)",
        },
        "predictions of 2020 in hellohaptik/HINT3, rescored on the corrected labels; "
        "aclanthology.org/2020.insights-1.16",
    ),
    Published(
        "CLINC150, 50 phrasings an intent (here: ten), top-1 in scope",
        {
            "BERT": "96.4",
            "MLP on USE": "91.5",
            "SVM on words": "89.6",
            "Dialogflow": "89.4",
            "Rasa": "88.9",
            "FastText": "84.5",
        },
        "Larson et al. 2019, aclanthology.org/D19-1131, table 2",
    ),
    Published(
        "CLINC150, ten phrasings an intent (another draw than here), top-1 in scope",
        {"RoBERTa": "91.6", "USE": "90.9", "ConveRT": "92.6"},
        "Casanueva et al. 2020, arXiv 2003.04807; Mehri et al. 2020, arXiv 2009.13570",
    ),
    Published(
        "NLU corpora of 2017, F1 with None as a class (Chatbot / AskUbuntu / WebApplications)",
        {
            "NLP.js": ".99 / .94 / .80",
            "Botfuel": ".98 / .90 / .80",
            "LUIS": ".98 / .90 / .81",
            "Watson": ".97 / .92 / .83",
            "Snips": ".96 / .83 / .78",
            "Recast": ".99 / .86 / .75",
            "Rasa": ".98 / .86 / .74",
            "Dialogflow": ".93 / .85 / .80",
        },
        "axa-group/nlp.js docs/benchmarking.md, after Botfuel 2018; corpora: Braun et al. 2017, "
        "aclanthology.org/W17-3622",
    ),
)
