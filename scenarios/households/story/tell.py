"""A diary in words: the lines and tables of a household's story, in the language of the words that are passed in.

The words come from conf/story.yaml and conf/labels/ (scenarios/households/household_trace.py reads them); nothing is
worded here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scenarios.households.story.diary import (
    Diary,
    Happening,
    Month,
    Standing,
)
from scenarios.households.story.phrases import (
    Block,
    Table,
    Words,
    job,
    job_since,
    level_text,
    lower,
    place_text,
    schooling,
    sentence,
    who,
)
from scenarios.households.story.reviews import Review
from simulation.rules.choice import TERMS
from simulation.state.entities import (
    CHANNELS,
    FARM,
    SCHOOL_PLACES,
    STATES,
)

OPTIONS = STATES[1:]
AFTER_CHOICE = (
    "gives_up_job",
    "changes_job_by_move",
    "finds_job_by_move",
    "farms",
    "stops_farming",
    "flat_given_up",
)
"""Happenings that follow from where the household now lives."""
JOB_CHANGES = ("changes_job", "loses_and_finds")
JOB_BEGINS = (*JOB_CHANGES, "brings_job", "finds_job", "changes_job_by_move", "finds_job_by_move")
LEGEND = ("rule", "yuan", "school", "origin", "constant", "noise")


def story_blocks(words: Words, diary: Diary, first: int, last: int, everything: bool = False) -> Iterator[Block]:
    """Yield the months from `first` to `last`; those in which nothing happens are one line, unless `everything`."""
    arrival = diary.months[0].month
    months = [month for month in diary.months if first <= month.month <= last]
    quiet = False
    for place, month in enumerate(months):
        opening = place == 0 and month.month > arrival
        if not (month.told or everything or opening):
            quiet = True
            continue
        if quiet:
            yield words.say("month.quiet", month=words.month(month.month))
        quiet = False
        yield from month_blocks(words, month, arrival, opening)
        yield ""
    if quiet:
        yield words.say("month.quiet_to_the_end", month=words.month(months[-1].month))
        yield ""


def month_blocks(words: Words, month: Month, arrival: int, opening: bool = False) -> Iterator[Block]:
    """Yield one month: its heading, what happened, the review. opening: the story begins here, not at arrival."""
    end, review = month.end, month.review
    if end is None:
        raise ValueError(f"month {month.month} is not over")
    n = end.months_in_state + 1
    yield words.say(
        "month.head",
        month=words.month(month.month),
        state=words.say(f"month.{STATES[end.state]}"),
        nth=words.say("month.first") if n == 1 else words.say("month.nth", n=n),
        persons=len(end.members),
        yuan=f"{end.income_yuan:,.0f}",
    )
    if opening:
        yield "  " + words.say("month.as_of", month=words.month(arrival))
        yield standing_table(words, end, month.month, arrival)
    for happening in month.happenings:
        if happening.kind not in AFTER_CHOICE:
            yield "  " + happening_line(words, happening)
    if review is not None and review.takes_place:
        yield from review_blocks(words, month, review, arrival)
    elif review is not None and review.due and review.probability > 0.0 and month.told:
        yield "  " + words.say("happens.no_review", **_why(words, month, review))
    for happening in month.happenings:
        if happening.kind in AFTER_CHOICE:
            yield "  " + happening_line(words, happening)


def standing_table(words: Words, standing: Standing, month: int, arrival: int) -> Table:
    """Return who works at what and which child learns where, as of `month`."""
    rows = []
    for member in standing.members.values():
        if member.labourer:
            rows.append([sentence(who(words, member)), job_since(words, member, month, arrival)])
        elif member.level >= 0:
            rows.append([sentence(who(words, member)), schooling(words, member)])
        else:
            rows.append([sentence(who(words, member)), words.say("standing.other")])
    return Table(rows)


def happening_line(words: Words, happening: Happening) -> str:
    """Return one happening as a sentence."""
    kind, member, was, facts = happening.kind, happening.member, happening.was, dict(happening.facts)
    if "lever" in facts:
        facts["lever"] = words.name(f"lever.{facts['lever']}")
    if "seats" in facts:
        facts |= {"level": level_text(words, facts["level"]), "change": f"{facts['change']:+d}"}
    if kind == "school_place":
        facts["old"] = place_text(words, facts["old"])
    if member is not None:
        facts["who"] = who(words, member)
        if member.level >= 0:
            facts |= {"level": level_text(words, member.level), "place": place_text(words, member.place)}
        facts["job"] = job(words, member if member.channel > FARM or was is None else was)
        if was is not None and kind != "school_place":
            moved = kind in AFTER_CHOICE  # then the month is counted already
            facts |= {"old": job(words, was), "months": was.months + (0 if moved else 1)}
            kind += "_alike" if kind in JOB_CHANGES and facts["old"] == facts["job"] else ""
    return sentence(words.say(f"happens.{kind}", **facts))


def review_blocks(words: Words, month: Month, review: Review, arrival: int) -> Iterator[Block]:
    """Yield why a review came, who stood where, what each option was worth, and the choice in words."""
    yield "  " + words.say("review.arrival" if review.arriving else "review.why", **_why(words, month, review))
    if month.before_review is not None:
        yield standing_table(words, month.before_review, month.month, arrival)
    yield Table(review_rows(words, review), numbers=True)
    chosen, second, margin = review.lead()
    leader = review.lead(noise=False)[0]
    without = words.say("review.same")
    if leader != chosen:
        ahead = float(review.worth[leader] - review.worth[chosen])
        without = words.say("review.differs", leader=_option(words, leader), margin=_margin(ahead))
    yield "  " + words.say(
        "review.stays" if review.state == chosen + 1 else "review.moves",
        chosen=_option(words, chosen),
        second="" if second is None else _option(words, second),
        margin=_margin(margin),
        without=without,
    )


def review_rows(words: Words, review: Review) -> list[list[str]]:
    """Return heading and one row per open option: expected net income, the terms, the noise, the total."""
    rows = [[words.say(f"column.{name}") for name in ("option", "yuan", *TERMS, "noise", "total")]]
    for option in review.open:
        numbers = [*review.terms[option], review.noise[option], review.total[option]]
        cells = [_option(words, option), f"{review.income_yuan[option]:,.0f}", *(_utility(value) for value in numbers)]
        rows.append(cells)
    return rows


def summary_blocks(words: Words, diary: Diary, first: int, last: int) -> Iterator[Block]:
    """Yield months by state, reviews and moves, jobs held and months of school by place."""
    months = [month for month in diary.months if first <= month.month <= last]
    ends = [month.end for month in months if month.end is not None]
    span = {"first": words.month(months[0].month), "last": words.month(months[-1].month)}
    yield words.say("summary.title", months=len(months), **span)
    states = _counts(words, [STATES[end.state] for end in ends], lambda state: words.say(f"month.{state}"))
    yield "  " + words.say("summary.states", list=states)
    reviews = [m.review for m in months if m.review is not None and m.review.takes_place and not m.review.arriving]
    moves = sum(review.chosen + 1 != review.state for review in reviews)
    yield "  " + words.say("summary.reviews", reviews=len(reviews), moves=moves)
    happenings = [happening for month in months for happening in month.happenings]
    kinds = [happening.kind for happening in happenings]
    yield "  " + words.say("summary.births", births=kinds.count("born"), deaths=kinds.count("dies"))
    begun = [h.member.number for h in happenings if h.kind in JOB_BEGINS and h.member is not None]
    rows = []
    for i in sorted({i for end in ends for i in end.members}):
        lives = [end.members[i] for end in ends if i in end.members]
        name = sentence(who(words, lives[-1]))
        channels = [CHANNELS[member.channel] for member in lives if member.labourer]
        if channels:
            held = begun.count(lives[0].number)
            held += months[0].month > diary.months[0].month and lives[0].channel > FARM and lives[0].months > 0
            listed = _counts(words, channels, lambda channel: words.say(f"kind_of_work.{channel}"))
            rows.append([name, words.say("summary.jobs", held=held, list=listed)])
        places = [SCHOOL_PLACES[member.place] for member in lives if member.level >= 0]
        if places:
            listed = _counts(words, places, lambda place: lower(words.name(f"school_place.{place}")))
            rows.append([name, words.say("summary.school", list=listed)])
    if rows:
        yield Table(rows)


def legend_lines(words: Words) -> Iterator[str]:
    """Yield what the columns of the tables mean."""
    yield words.say("legend.title")
    yield from ("  " + words.say(f"legend.{name}") for name in LEGEND)


def _why(words: Words, month: Month, review: Review) -> dict[str, str]:
    reasons = list(month.reasons) if review.due else []
    if review.festival:
        reasons.append("festival")
    names = [words.say(f"review.{reason}") for reason in reasons or ["chance"]]
    return {
        "reasons": words.say("standing.separator").join(names),
        "probability": f"{review.probability:.3f}",
        "drawn": f"{review.drawn:.3f}",
    }


def _counts(words: Words, values: Sequence[str], name: Callable[[str], str]) -> str:
    order = sorted(dict.fromkeys(values), key=lambda value: -values.count(value))
    counts = [words.say("summary.count", name=name(value), n=values.count(value)) for value in order]
    return words.say("standing.comma").join(counts)


def _option(words: Words, option: int) -> str:
    return words.say(f"option.{OPTIONS[option]}")


def _utility(value: float) -> str:
    return "0" if value == 0.0 else f"{value:.2f}"


def _margin(value: float) -> str:
    return f"{value:.2f}" if value >= 0.005 else "<0.01"
