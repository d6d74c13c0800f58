"""What others published for the same data: figures to stand beside ours, not measured here."""

from typing import NamedTuple


class Published(NamedTuple):
    """A figure of a system, as its source gives it."""

    system: str
    figure: str


HINT3 = (
    Published("Dialogflow", ".680 (.656)"),
    Published("BERT classifier", ".651 (.590)"),
    Published("Haptik", ".626 (.595)"),
    Published("LUIS", ".595 (.542)"),
    Published("Rasa", ".568 (.558)"),
)
HINT3_SOURCE = (
    "HINT3 SOFMattress, Matthews correlation with the threshold chosen on the test part itself (on "
    "the other two bots), rescored on the corrected labels from the predictions of 2020 in "
    "hellohaptik/HINT3; paper aclanthology.org/2020.insights-1.16"
)
CLINC150 = (
    Published("BERT", "96.4"),
    Published("MLP on USE", "91.5"),
    Published("SVM on words", "89.6"),
    Published("Dialogflow", "89.4"),
    Published("Rasa", "88.9"),
    Published("FastText", "84.5"),
)
CLINC150_SOURCE = (
    "CLINC150 with 50 phrasings an intent (five times as many as here), accuracy in scope in %: "
    "Larson et al. 2019, aclanthology.org/D19-1131, table 2. With ten phrasings (another draw than "
    "here): RoBERTa 91.6, USE 90.9, ConveRT 92.6 (Casanueva et al. 2020, arXiv 2003.04807; Mehri "
    "et al. 2020, arXiv 2009.13570)"
)
NLU_2017 = (
    Published("NLP.js", ".99 / .94 / .80"),
    Published("Botfuel", ".98 / .90 / .80"),
    Published("LUIS", ".98 / .90 / .81"),
    Published("Watson", ".97 / .92 / .83"),
    Published("Snips", ".96 / .83 / .78"),
    Published("Recast", ".99 / .86 / .75"),
    Published("Rasa", ".98 / .86 / .74"),
    Published("Dialogflow", ".93 / .85 / .80"),
)
NLU_2017_SOURCE = (
    "NLU corpora of 2017, F1 with None as a class, Chatbot / AskUbuntu / WebApplications: "
    "axa-group/nlp.js docs/benchmarking.md, after Botfuel 2018; corpora: Braun et al. 2017, "
    "aclanthology.org/W17-3622"
)
TABLES = ((HINT3_SOURCE, HINT3), (CLINC150_SOURCE, CLINC150), (NLU_2017_SOURCE, NLU_2017))
