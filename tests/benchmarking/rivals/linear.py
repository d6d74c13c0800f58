"""TF-IDF of words and letters with logistic regression: what scikit-learn's users would build."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union


class Linear:
    """The counter-examples are one more class."""

    def __init__(
        self, entries: dict[str, list[str]], none: list[str], groups: list[list[str]]
    ) -> None:
        known = [(text, id) for id, texts in entries.items() for text in texts]
        known += [(text, "") for text in none]
        self.model = make_pipeline(
            make_union(
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
            ),
            LogisticRegression(C=10, max_iter=1000),
        ).fit([text for text, _ in known], [id for _, id in known])

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Every entry with its probability."""
        (chances,) = self.model.predict_proba([text])
        found = dict(zip(self.model.classes_.tolist(), chances.tolist(), strict=True))
        found.pop("", None)
        return sorted(found.items(), key=lambda item: -item[1])
