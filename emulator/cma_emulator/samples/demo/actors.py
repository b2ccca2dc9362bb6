"""The actors of the demo account: people in teams, former users, and apps."""

from __future__ import annotations

from ...account.clock import DAY_MS
from ...account.lifecycle import Moment
from ...account.maker import Maker
from .activity import DAYS, WORKDAY_MS, Activity, activity
from .plan import ORGANIZATIONS

MEMBERS = (
    tuple(range(42)),
    (0, 3, 7, 12, 19, *range(42, 48)),
)
"""The numbers of the users of each organization; some are in both."""

TEAMS: tuple[dict[str, tuple[int, ...]], ...] = (
    {
        "Editorial": (1, 4, 8, 9, 10, 11, 12, 24, 25, 36),
        "Product content": (2, 6, 13, 14, 15, 26, 37),
        "Translation": (16, 17, 18, 19, 27, 28, 29, 38),
        "Brand & campaigns": (3, 7, 20, 21, 30),
        "Support": (5, 22, 23, 31, 32, 33),
        "Engineering": (3, 4, 34, 35),
        "Legal": (39,),
        "Agency Northlight": (40, 41),
        "Works council": (),
    },
    {"Studio": (3, 7, 12, 19, 42, 43, 44, 45), "Freelancers": (46, 47)},
)
OF_TEAM = {team: members for teams in TEAMS for team, members in teams.items()}

INVITED = (36, 38, 40, 47)
"""Users who did not accept the invitation."""
NEVER_SEEN = (37, 41)
"""Users who accepted it and were not active since."""
IDLE = (29, 33, 45)
"""Users who have not been active for half a year."""
FORMER = (90, 91, 92)
"""Authors who are no longer users of any organization."""
LEFT = 540
"""The number of days since they left."""
BY_FORMER = 22
"""Their share of the work until then, in percent."""
FIRST_STAFF = 24
"""Users with smaller numbers joined in the first 12 days."""

Life = tuple[tuple[str, Moment], ...]
"""The steps of a record in order, creation first: a verb of `lifecycle`, with time and actor."""

APPS = ("Translator", "Image optimiser", "SEO checker")


def born(maker: Maker, ago: float, user: int = 0, edits: int = 0) -> Life:
    """Return the steps of a record created ``ago`` days ago and edited ``edits`` times since."""
    actor, time = maker.user_id(user), activity(maker)
    hour = maker.number(WORKDAY_MS, "born", user, round(10 * ago))
    steps = (("edited", Moment(time.ms(ago / (n + 2)) + hour, actor)) for n in range(edits))
    return (("created", Moment(time.ms(ago) + hour, actor)), *steps)


def joined(number: int) -> int:
    """Return the number of days since the invitation of a user."""
    early = number % 12 if number < FIRST_STAFF else 60 + (number * 37) % 900
    return 14 if number in INVITED else DAYS - early


def app_id(maker: Maker, number: int) -> str:
    """Return the id of an app of the first organization."""
    return maker.identifier("demo app", ORGANIZATIONS[0], number)


def writer(maker: Maker, ms: int, team: str, *parts: object) -> Moment:
    """Return an instant with a member of a team at that time; the first members write most."""
    time = activity(maker)
    if ms < time.ms(LEFT) and maker.number(100, "former", *parts) < BY_FORMER:
        return Moment(ms, maker.user_id(FORMER[maker.number(3, "who", *parts)]))
    there = _there(OF_TEAM[team], ms, time)
    chosen = maker.number(len(there), "one", *parts) * maker.number(100, "rank", *parts) // 100
    return Moment(ms, maker.user_id(there[chosen]))


def app(maker: Maker, ms: int, number: int) -> Moment:
    """Return an instant with an app as actor."""
    return Moment(ms, app_id(maker, number), kind="AppDefinition")


def _there(team: tuple[int, ...], ms: int, time: Activity) -> tuple[int, ...]:
    absent = (*INVITED, *NEVER_SEEN)
    there = [one for one in team if one not in absent and time.ms(joined(one)) <= ms]
    active = [one for one in there if one not in IDLE or ms < time.ms(200) - DAY_MS]
    return tuple(active) or (0,)
