"""Deterministic ids, times and texts: the same seed gives the same account, on any machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from faker import Faker

from ..settings import Settings
from .virtual import FIRST_MS, LAST_MS

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
DAY_MS = 86_400_000
LONGEST_LAG_DAYS = 180
POOL = 48

_faker = Faker("en_US")


@dataclass(frozen=True)
class Texts:
    """Made-up names and sentences to draw from."""

    people: tuple[tuple[str, str], ...]
    companies: tuple[str, ...]
    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Maker:
    """Makes ids, times and texts from the seed and from names of their purpose (``parts``)."""

    settings: Settings

    @property
    def texts(self) -> Texts:
        """The texts of this seed."""
        return _texts(self.settings.seed)

    def number(self, below: int, *parts: object) -> int:
        """Return a number from 0 to ``below`` - 1."""
        return _hash(self.settings.seed, *parts) % below

    def identifier(self, *parts: object) -> str:
        """Return an id of 22 letters and digits, as in the API."""
        return _spelled(_hash(self.settings.seed, *parts), ALPHABET, 22)

    def space_id(self, *parts: object) -> str:
        """Return an id of a space: 12 lower-case letters and digits."""
        return _spelled(_hash(self.settings.seed, "space", *parts), LOWER, 12)

    def organization_id(self, number: int) -> str:
        """Return the id of a generated organization."""
        return self.identifier("organization", number)

    def user_id(self, number: int) -> str:
        """Return the id of a generated user; user 0 is the token's user."""
        return self.identifier("user", number)

    def times(self, *parts: object) -> tuple[int, int]:
        """Return the times of creation and last update, in milliseconds since 1970."""
        created = FIRST_MS + self.number(LAST_MS - FIRST_MS, "created", *parts)
        return created, created + self.number(LONGEST_LAG_DAYS * DAY_MS, "lag", *parts)

    def company(self, *parts: object) -> str:
        """Return the name of a company."""
        return self.texts.companies[self.number(POOL, "company", *parts)]

    def title(self, *parts: object) -> str:
        """Return a few words."""
        return self.texts.titles[self.number(POOL, "title", *parts)]

    def sentence(self, *parts: object) -> str:
        """Return a sentence."""
        return self.texts.sentences[self.number(POOL, "sentence", *parts)]


def _hash(*parts: object) -> int:
    text = "|".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=17).digest(), "big")


def _spelled(number: int, alphabet: str, length: int) -> str:
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)


@lru_cache(maxsize=64)
def _texts(seed: int) -> Texts:
    _faker.seed_instance(seed)
    return Texts(
        people=tuple((_faker.first_name(), _faker.last_name()) for _ in range(POOL)),
        companies=tuple(_faker.company() for _ in range(POOL)),
        titles=tuple(_faker.sentence(nb_words=5).rstrip(".") for _ in range(POOL)),
        sentences=tuple(_faker.sentence(nb_words=14) for _ in range(POOL)),
        paragraphs=tuple(_faker.paragraph(nb_sentences=60) for _ in range(8)),
    )
