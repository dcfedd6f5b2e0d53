"""A diary in words: the lines and tables of a household's story, in the language of the texts that are passed in.

The texts come from conf/story.yaml and conf/labels/ (scenarios/households/household_trace.py reads them); nothing is
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
    Texts,
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
LEGEND = ("rule", "yuan", "school", "origin", "clarity", "constant", "noise")


def story_blocks(texts: Texts, diary: Diary, first: int, last: int, everything: bool = False) -> Iterator[Block]:
    """Yield the months from `first` to `last`; those in which nothing happens are one line, unless `everything`."""
    arrival = diary.months[0].month
    months = [month for month in diary.months if first <= month.month <= last]
    quiet = False
    for place, month in enumerate(months):
        opening = place == 0 and month.month > arrival
        if not (month.eventful or everything or opening):
            quiet = True
            continue
        if quiet:
            yield texts.say("month.quiet", month=texts.month(month.month))
        quiet = False
        yield from month_blocks(texts, month, arrival, opening)
        yield ""
    if quiet:
        yield texts.say("month.quiet_to_the_end", month=texts.month(months[-1].month))
        yield ""


def month_blocks(texts: Texts, month: Month, arrival: int, opening: bool = False) -> Iterator[Block]:
    """Yield one month: its heading, what happened, the review. opening: the story begins here, not at arrival."""
    end, review = month.end, month.review
    if end is None:
        raise ValueError(f"month {month.month} is not over")
    n = end.months_in_state + 1
    yield texts.say(
        "month.head",
        month=texts.month(month.month),
        state=texts.say(f"month.{STATES[end.state]}"),
        nth=texts.say("month.first") if n == 1 else texts.say("month.nth", n=n),
        persons=len(end.members),
        yuan=f"{end.income_yuan:,.0f}",
    )
    if opening:
        yield "  " + texts.say("month.as_of", month=texts.month(arrival))
        yield standing_table(texts, end, month.month, arrival)
    for happening in month.happenings:
        if happening.kind not in AFTER_CHOICE:
            yield "  " + happening_line(texts, happening)
    if review is not None and review.takes_place:
        yield from review_blocks(texts, month, review, arrival)
    elif review is not None and review.due and review.probability > 0.0 and month.eventful:
        yield "  " + texts.say("happens.no_review", **_why(texts, month, review))
    for happening in month.happenings:
        if happening.kind in AFTER_CHOICE:
            yield "  " + happening_line(texts, happening)


def standing_table(texts: Texts, standing: Standing, month: int, arrival: int) -> Table:
    """Return who works at what and which child learns where, as of `month`."""
    rows = []
    for member in standing.members.values():
        if member.labourer:
            rows.append([sentence(who(texts, member)), job_since(texts, member, month, arrival)])
        elif member.level >= 0:
            rows.append([sentence(who(texts, member)), schooling(texts, member)])
        else:
            rows.append([sentence(who(texts, member)), texts.say("standing.other")])
    return Table(rows)


def happening_line(texts: Texts, happening: Happening) -> str:
    """Return one happening as a sentence."""
    kind, member, was, facts = happening.kind, happening.member, happening.was, dict(happening.facts)
    if "lever" in facts:
        facts["lever"] = texts.name(f"lever.{facts['lever']}")
    if "seats" in facts:
        facts |= {"level": level_text(texts, facts["level"]), "change": f"{facts['change']:+d}"}
    if kind == "school_place":
        facts["old"] = place_text(texts, facts["old"])
    if member is not None:
        facts["who"] = who(texts, member)
        if member.level >= 0:
            facts |= {"level": level_text(texts, member.level), "place": place_text(texts, member.place)}
        facts["job"] = job(texts, member if member.channel > FARM or was is None else was)
        if was is not None and kind != "school_place":
            moved = kind in AFTER_CHOICE  # then the month is counted already
            facts |= {"old": job(texts, was), "months": was.months + (0 if moved else 1)}
            kind += "_alike" if kind in JOB_CHANGES and facts["old"] == facts["job"] else ""
    return sentence(texts.say(f"happens.{kind}", **facts))


def review_blocks(texts: Texts, month: Month, review: Review, arrival: int) -> Iterator[Block]:
    """Yield why a review came, who stood where, what each option was worth, and the choice in words."""
    yield "  " + texts.say("review.arrival" if review.arriving else "review.why", **_why(texts, month, review))
    if month.before_review is not None:
        yield standing_table(texts, month.before_review, month.month, arrival)
    yield Table(review_rows(texts, review), numbers=True)
    chosen, second, margin = review.lead()
    leader = review.lead(noise=False)[0]
    without = texts.say("review.same")
    if leader != chosen:
        lead = float(review.worth[leader] - review.worth[chosen])
        without = texts.say("review.differs", leader=_option(texts, leader), margin=_margin(lead))
    yield "  " + texts.say(
        "review.stays" if review.state == chosen + 1 else "review.moves",
        chosen=_option(texts, chosen),
        second="" if second is None else _option(texts, second),
        margin=_margin(margin),
        without=without,
    )


def review_rows(texts: Texts, review: Review) -> list[list[str]]:
    """Return heading and one row per open option: expected net income, the terms, the noise, the total."""
    rows = [[texts.say(f"column.{name}") for name in ("option", "yuan", *TERMS, "noise", "total")]]
    for option in review.open:
        numbers = [*review.terms[option], review.noise[option], review.total[option]]
        cells = [_option(texts, option), f"{review.income_yuan[option]:,.0f}", *(_utility(value) for value in numbers)]
        rows.append(cells)
    return rows


def summary_blocks(texts: Texts, diary: Diary, first: int, last: int) -> Iterator[Block]:
    """Yield months by state, reviews and moves, jobs held and months of school by place."""
    months = [month for month in diary.months if first <= month.month <= last]
    ends = [month.end for month in months if month.end is not None]
    span = {"first": texts.month(months[0].month), "last": texts.month(months[-1].month)}
    yield texts.say("summary.title", months=len(months), **span)
    states = _counts(texts, [STATES[end.state] for end in ends], lambda state: texts.say(f"month.{state}"))
    yield "  " + texts.say("summary.states", list=states)
    reviews = [m.review for m in months if m.review is not None and m.review.takes_place and not m.review.arriving]
    moves = sum(review.chosen + 1 != review.state for review in reviews)
    yield "  " + texts.say("summary.reviews", reviews=len(reviews), moves=moves)
    happenings = [happening for month in months for happening in month.happenings]
    kinds = [happening.kind for happening in happenings]
    yield "  " + texts.say("summary.births", births=kinds.count("born"), deaths=kinds.count("dies"))
    begun = [h.member.number for h in happenings if h.kind in JOB_BEGINS and h.member is not None]
    rows = []
    for i in sorted({i for end in ends for i in end.members}):
        lives = [end.members[i] for end in ends if i in end.members]
        name = sentence(who(texts, lives[-1]))
        channels = [CHANNELS[member.channel] for member in lives if member.labourer]
        if channels:
            held = begun.count(lives[0].number)
            held += months[0].month > diary.months[0].month and lives[0].channel > FARM and lives[0].months > 0
            listed = _counts(texts, channels, lambda channel: texts.say(f"kind_of_work.{channel}"))
            rows.append([name, texts.say("summary.jobs", held=held, list=listed)])
        places = [SCHOOL_PLACES[member.place] for member in lives if member.level >= 0]
        if places:
            listed = _counts(texts, places, lambda place: lower(texts.name(f"school_place.{place}")))
            rows.append([name, texts.say("summary.school", list=listed)])
    if rows:
        yield Table(rows)


def legend_lines(texts: Texts) -> Iterator[str]:
    """Yield what the columns of the tables mean."""
    yield texts.say("legend.title")
    yield from ("  " + texts.say(f"legend.{name}") for name in LEGEND)


def _why(texts: Texts, month: Month, review: Review) -> dict[str, str]:
    reasons = list(month.reasons) if review.due else []
    if review.festival:
        reasons.append("festival")
    names = [texts.say(f"review.{reason}") for reason in reasons or ["chance"]]
    return {
        "reasons": texts.say("standing.separator").join(names),
        "probability": f"{review.probability:.3f}",
        "drawn": f"{review.drawn:.3f}",
    }


def _counts(texts: Texts, values: Sequence[str], name: Callable[[str], str]) -> str:
    order = sorted(dict.fromkeys(values), key=lambda value: -values.count(value))
    counts = [texts.say("summary.count", name=name(value), n=values.count(value)) for value in order]
    return texts.say("standing.comma").join(counts)


def _option(texts: Texts, option: int) -> str:
    return texts.say(f"option.{OPTIONS[option]}")


def _utility(value: float) -> str:
    return "0" if value == 0.0 else f"{value:.2f}"


def _margin(value: float) -> str:
    return f"{value:.2f}" if value >= 0.005 else "<0.01"
