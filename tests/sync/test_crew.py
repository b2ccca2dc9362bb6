"""Works side by side: what is under way at once, and what happens when one fails."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from contentful_cma.sync.crew import Crew, Work


class Works:
    """Works that each pause some times, and that note what happened."""

    def __init__(self) -> None:
        """Start with nothing noted."""
        self.under_way = 0
        self.most = 0
        self.begun: list[str] = []
        self.ended: list[str] = []

    async def work(self, name: str, pauses: int = 3) -> str:
        """Pause, and return the name."""
        self.begun.append(name)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(pauses):
            await asyncio.sleep(0)
        self.under_way -= 1
        self.ended.append(name)
        return name

    async def fail(self, name: str) -> None:
        """Fail after a pause."""
        await self.work(name, 1)
        raise ValueError(name)


def test_no_more_works_than_places_are_under_way() -> None:
    """Works begin in their order, as many at once as there are places, and all end."""
    works, names = Works(), [f"{number}" for number in range(7)]
    asyncio.run(Crew(3).run(partial(works.work, name) for name in names))
    assert (works.begun, works.ended, works.most) == (names, names, 3)


def test_what_is_waited_for_comes_first_and_in_the_place_of_who_waits() -> None:
    """Works beside another one are done before all that wait, even with one place."""
    works, told = Works(), list[str]()
    crew = Crew(1)

    async def whole() -> None:
        told.extend(await crew.beside(partial(works.work, "a"), partial(works.work, "b")))

    asyncio.run(crew.run([whole, partial(works.work, "later")]))
    assert (told, works.ended, works.most) == (["a", "b"], ["a", "b", "later"], 1)


def test_an_error_beside_is_raised_when_all_have_ended() -> None:
    """Whoever waits gets the first error, after the others have come to their end."""
    works = Works()
    crew = Crew(2)

    async def whole() -> None:
        long = partial(works.work, "good", 9)
        await crew.beside(partial(works.fail, "bad"), long, partial(works.fail, "worse"))

    with pytest.raises(ValueError, match="bad"):
        asyncio.run(crew.run([whole]))
    assert works.ended == ["bad", "worse", "good"]


def test_what_follows_comes_before_the_rest() -> None:
    """A work can put others before all that have not begun."""
    works = Works()
    crew = Crew(1)

    async def model() -> None:
        crew.first([partial(works.work, "entries"), partial(works.work, "assets")])

    asyncio.run(crew.run([model, partial(works.work, "next")]))
    assert works.ended == ["entries", "assets", "next"]


def test_an_error_ends_all_that_is_under_way() -> None:
    """After an error nothing begins any more, and what is under way does not go on."""
    works = Works()
    crew = Crew(2)
    jobs: list[Work] = [
        partial(works.fail, "bad"),
        partial(works.work, "long", 99),
        partial(works.work, "later"),
    ]
    with pytest.raises(ValueError, match="bad"):
        asyncio.run(crew.run(jobs))
    assert (works.begun, works.ended) == (["bad", "long"], ["bad"])
