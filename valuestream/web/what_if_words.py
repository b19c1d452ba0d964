"""A what-if in plain sentences."""

from dataclasses import dataclass
from decimal import Decimal

from common.formats import MINUS
from valuestream.domain.what_if.judging import Verdict
from valuestream.domain.what_if.outcomes import Range
from valuestream.selectors.what_if import FEWEST_DEPARTURES, Answered
from valuestream.selectors.what_if_answer import because, verdict_of_answer
from valuestream.web.map_numbers import DASH, MapNumbers, percent, trimmed

_DAYS_A_WEEK = 7
QUARTER_WEEKS = 13
TAGS = {Verdict.WORTH_IT: "Worth it", Verdict.NOT_WORTH_IT: "Not worth it", Verdict.CANT_TELL: "Can’t tell"}
_COUNTED = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True)
class Headline:
    """The verdict, the sentence around its amount, and why."""

    tag: str
    tone: str
    before: str
    amount: str
    after: str
    because: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return " ".join(filter(None, (self.before, self.amount, self.after)))


@dataclass(frozen=True)
class WhatIfWords:
    """Writes an answer's sentences and figures."""

    answered: Answered
    numbers: MapNumbers

    def money(self, cents: float) -> str:
        """Compact money."""
        return self.numbers.money(Decimal(round(cents)) / 100)

    def signed(self, cents: float) -> str:
        """Compact money with its sign."""
        return f"{'+' if round(cents) > 0 else ''}{self.money(cents)}"

    @staticmethod
    def days(weeks: float) -> str:
        """A duration in days."""
        return f"{trimmed(weeks * _DAYS_A_WEEK)} d".replace("-", MINUS)

    @property
    def period(self) -> str:
        """What amounts are of: "a quarter", or so many weeks."""
        weeks = self.answered.weeks
        return "a quarter" if weeks == QUARTER_WEEKS else "a week" if weeks == 1 else f"in {weeks} weeks"

    def headline(self) -> Headline:
        """The verdict as a finding."""
        if not self.answered.is_changed:
            return self._nothing_changed()
        verdict = verdict_of_answer(self.answered)
        gain, subject = self.answered.judged.delivered_value.difference, self.subject()
        amount = DASH if gain is None else self._range_of_money(gain)
        tone = {Verdict.WORTH_IT: "yes", Verdict.NOT_WORTH_IT: "no"}.get(verdict, "open")
        return Headline(TAGS[verdict], tone, subject, amount, self._against(), tuple(filter(None, self._reasons())))

    def _nothing_changed(self) -> Headline:
        at = self.answered.judged.bottleneck
        if at is None:
            return Headline("As it is", "open", "Nothing waits at a cost in the next weeks", "", "", ())
        name = self.answered.fitted.stages[at].name
        cost = self.money(self.answered.judged.stations[at].idle_cost)
        why = (
            "Change people, a limit or arrivals: both sides are played with the same luck, so only the change differs."
        )
        return Headline(
            "As it is", "open", f"Waiting for {name} costs", cost, f"{self.period} if nothing changes", (why,)
        )

    def subject(self) -> str:
        """What is changed, with its verb: "One more person in Review brings"."""
        changes = self._changes()
        words = " and ".join(filter(None, (", ".join(changes[:-1]), changes[-1])))
        verb = "brings" if len(changes) == 1 and self._is_one() else "bring"
        return f"{words[0].upper()}{words[1:]} {verb}"

    def _is_one(self) -> bool:
        moved = [then - now for then, now in self._people()]
        if any(moved):
            return sum(abs(one) for one in moved) == 1
        return bool(self.answered.levers.wip_limits) or self.answered.levers.batch == 1

    def _people(self) -> list[tuple[int, int]]:
        return list(zip(self.answered.people, self.answered.fitted.fit.stream.as_is.people, strict=True))

    def _changes(self) -> list[str]:
        names = {stage.pk: stage.name for stage in self.answered.fitted.stages}
        words = []
        for (then, now), stage in zip(self._people(), self.answered.fitted.stages, strict=True):
            more = then - now
            if more:
                number = _COUNTED[abs(more)].lower() if abs(more) < len(_COUNTED) else str(abs(more))
                people = "person" if abs(more) == 1 else "people"
                words.append(
                    f"{number} {people if more < 0 else f'more {people}'}{' fewer' if more < 0 else ''} in {stage.name}"
                )
        words += [f"a limit of {limit} in {names[pk]}" for pk, limit in self.answered.levers.wip_limits.items()]
        batch = self.answered.levers.batch
        return [*words, f"{batch:,} {'story' if batch == 1 else 'stories'} at once"] if batch else words

    def _range_of_money(self, gain: Range) -> str:
        low, high = self.money(gain.low), self.money(gain.high)
        return low if low == high else f"{low} to {high}"

    def _against(self) -> str:
        cost = self.answered.judged.cost
        more = f"more live {self.period}"
        if cost is None:
            return f"{more}; what people cost is not known"
        if cost == 0:
            return f"{more} and cost nothing" if not self._is_one() else f"{more} and costs nothing"
        verb = "costs" if self._is_one() else "cost"
        return (
            f"{more} and {verb} {self.money(cost)}"
            if cost > 0
            else f"{more} and {verb.replace('cost', 'save')} {self.money(-cost)}"
        )

    def _reasons(self) -> list[str]:
        judged, runs = self.answered.judged, self.answered.runs
        why = because(self.answered)
        if why:
            return [why]
        than = "costs" if judged.cost else "takes away"
        known = judged.pays is not None
        share = f"In {percent(judged.pays)} of {runs:,} runs it brings more than it {than}." if known else ""
        return [share, self._payback(), self._next_one()]

    def _payback(self) -> str:
        judged, levers = self.answered.judged, self.answered.levers
        if judged.cost is None or judged.cost <= 0:
            return ""
        if judged.payback_weeks is None:
            return f"It does not pay for itself within {self.answered.weeks} weeks."
        weeks = "week" if judged.payback_weeks == 1 else "weeks"
        learning = f", {levers.learning_weeks} to learn included" if levers.learning_weeks else ""
        return f"It pays for itself in about {judged.payback_weeks} {weeks}{learning}."

    def _next_one(self) -> str:
        """Whether one person beyond those asked for would pay, too."""
        for one in self.answered.further:
            if (
                one.people == self.answered.people[one.station] + 1
                and len({x.station for x in self.answered.further}) == 1
            ):
                return {
                    Verdict.WORTH_IT: "One further would pay, too.",
                    Verdict.NOT_WORTH_IT: "One further would not.",
                    Verdict.CANT_TELL: "Whether one further would pay can’t be told.",
                }[one.verdict]
        return ""

    # The bottleneck and further people

    def bottleneck(self) -> tuple[str, str]:
        """Where the bottleneck goes, as a finding with its evidence."""
        judged, stages = self.answered.judged, self.answered.fitted.stages
        at, following = judged.bottleneck, judged.next_bottleneck
        if at is None or following is None:
            return "Nothing waits at a cost", ""
        now, then = judged.stations[at], judged.stations[following]
        if at == following:
            title = f"{stages[at].name} {'stays' if self.answered.is_changed else 'is'} the bottleneck"
        else:
            title = f"The bottleneck moves from {stages[at].name} to {stages[following].name}"
        words = f"{stages[at].name} is busy {percent(now.utilisation)} of the time"
        if self.answered.is_changed:
            words += f", then {percent(now.utilisation_after)}"
        if at != following:
            words += f"; {stages[following].name} {percent(then.utilisation)}, then {percent(then.utilisation_after)}"
        return title, f"{words}."

    def further_title(self) -> str:
        """What each further person is worth, as a finding."""
        further, stages = self.answered.further, self.answered.fitted.stages
        if len({one.station for one in further}) > 1 or len(further) == 1:
            known = [one for one in further if one.verdict is Verdict.WORTH_IT and one.gain is not None]
            if not known:
                return "No stage surely pays for one more person"
            best = max(known, key=lambda one: one.gain.middle if one.gain else 0.0)
            return f"One more person is worth most in {stages[best.station].name}"
        paid = 0
        for one in further:
            if one.verdict is not Verdict.WORTH_IT:
                break
            paid += 1
        name = stages[further[0].station].name
        if paid == len(further):
            return f"Each further person in {name} pays"
        if paid == 0:
            return f"The first further person in {name} does not surely pay"
        ordinal = ("second", "third", "fourth", "fifth")[paid - 1]
        return f"The {ordinal} further person in {name} does not surely pay"

    # What it assumes

    def assumptions(self) -> list[str]:
        """What the answer takes for granted."""
        fitted, levers = self.answered.fitted, self.answered.levers
        stations = list(zip(fitted.stages, fitted.fit.stations, strict=True))
        back = [f"{stage.name} {percent(known.back_share)}" for stage, known in stations if known.back_share]
        starts = f"It starts from the {fitted.fit.open_stories:,} stories in the stream now, where they are"
        lines = [
            f"{starts}, and is drawn from the {fitted.window_days} days before, 24x7 clock.",
            f"Arrivals stay at {trimmed(fitted.arrivals_per_week)} a week; sent back: {', '.join(back) or 'nothing'}.",
        ]
        if levers.learning_weeks:
            lines.append(f"New people count after {levers.learning_weeks} weeks and then work as the present ones.")
        if self.answered.weeks < levers.weeks:
            lines.append(f"So much happens here that {self.answered.weeks} of {levers.weeks} weeks are played.")
        if levers.batch and len(self._changes()) > 1:
            lines.append(f"The {levers.batch:,} stories come on both sides: what is compared is the rest.")
        for stage, known in stations:
            lines += self._of_stage(stage.name, known.people, known.departures, known.items_at_once, known.is_assumed)
        lines += self._of_lines()
        if fitted.fit.unvalued:
            lines.append(f"{fitted.fit.unvalued:,} stories without a value move but bring no dollars.")
        return lines

    def _of_stage(self, name: str, people: int, departures: int, at_once: float, is_assumed: bool) -> list[str]:
        lines = []
        if is_assumed:
            lines.append(f"Nobody typed how many people work in {name}: {people}, those assigned now, were counted.")
        if not departures:
            lines.append(f"Nothing left {name} in the window: stories pass through it at once here.")
        elif departures < FEWEST_DEPARTURES:
            lines.append(f"Only {departures} left {name} in the window, so its times say little.")
        if at_once < 1:
            lines.append(
                f"{name} always had a line in the last 28 days, so its people can do there what they did then."
            )
        if at_once > 1:
            lines.append(f"Each person in {name} has {trimmed(at_once)} stories in work at a time and keeps doing so.")
        return lines

    def _of_lines(self) -> list[str]:
        fitted = self.answered.fitted
        lines = [
            f"{' and '.join(names)}: no work is done there, so it is the line for {stage.name}."
            for stage, names in zip(fitted.stages, fitted.waiting, strict=True)
            if names
        ]
        if fitted.released_after:
            lines.append(f"{' and '.join(fitted.released_after)}: finished work waits there as long as it did.")
        return lines
