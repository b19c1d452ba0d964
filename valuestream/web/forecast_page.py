"""What the forecast's page asks, its addresses, and the context of its parts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Workspace
from valuestream.domain.days import day_of
from valuestream.domain.forecasting.words import Measure, WorkOrder
from valuestream.selectors.forecast_asking import ForecastQuestion, subject_choices
from valuestream.selectors.kept_forecasts import said_before
from valuestream.services.forecasts import Told
from valuestream.web.forecast_view import HEADINGS, ForecastView, said_rows

Choice = tuple[str, str, bool]


@dataclass(frozen=True)
class ForecastAddresses:
    """Addresses that ask the same question, or one that differs in a word."""

    workspace: Workspace
    question: ForecastQuestion
    as_of_text: str = ""

    def query(self, **changes: str) -> str:
        """The question as a query string; words that say nothing are left out."""
        asked = self.question
        words = {
            "about": "" if asked.subject.row is None else asked.subject.word,
            "filter": asked.subject.filter_text,
            "order": "" if asked.order is WorkOrder.BACKLOG else asked.order.value,
            "measure": asked.measure.value if asked.measure else "",
            "since": asked.since.isoformat() if asked.since else "",
            "as_of": self.as_of_text,
        } | changes
        told = {name: word for name, word in words.items() if word}
        return f"?{urlencode(told)}" if told else ""

    def to(self, name: str, **changes: str) -> str:
        """The address of a part."""
        return f"{reverse(name, args=[self.workspace.key])}{self.query(**changes)}"


def controls_context(workspace: Workspace, addresses: ForecastAddresses, values: dict[str, str]) -> dict[str, Any]:
    """What the page shows before any future is drawn. `values`: the fields as they were written."""
    question = addresses.question
    return {
        "question": question,
        "values": values,
        "subjects": _with_current(workspace, question),
        "answer_url": addresses.to("forecast-answer"),
        "keep_url": addresses.to("forecast-keep"),
    }


def _orders(addresses: ForecastAddresses) -> list[Choice]:
    current = addresses.question.order
    return [(order.label, addresses.to("forecasts", order=order.value), order is current) for order in WorkOrder]


def _with_current(workspace: Workspace, question: ForecastQuestion) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The subjects to choose among; what is asked about is always one of them."""
    word = question.subject.word
    found = [
        (label, [(choice.word, choice.name, choice.word == word) for choice in choices])
        for label, choices in subject_choices(workspace=workspace)
    ]
    if question.subject.row is not None and not any(current for _, offers in found for *_, current in offers):
        found.append(("Asked about", [(word, question.subject.name, True)]))
    return found


def answer_context(workspace: Workspace, addresses: ForecastAddresses, told: Told, *, now: datetime) -> dict[str, Any]:
    """What the answer's fragment shows."""
    question = addresses.question
    context: dict[str, Any] = {
        "workspace": workspace,
        "question": question,
        "told": told,
        "job": told.forecast.job if told.forecast else None,
        "answer_url": addresses.to("forecast-answer"),
        "page_url": addresses.to("forecasts"),
    }
    if told.answer is None:
        return context
    view = ForecastView(told.answer, workspace)
    moment = question.as_of or now
    today = day_of(moment, workspace.time_zone)
    said = [one for one in said_before(workspace=workspace, subject=question.subject) if one.as_of <= moment]
    return context | {
        "view": view,
        "answer": told.answer,
        "said": said_rows(view, said, today=today, now_words=_now_words(question)),
        "headings": HEADINGS,
        "orders": _orders(addresses),
        "measures": _measures(addresses, told.answer["measure"]),
        "export_url": addresses.to("forecast-export"),
        "evidence_url": addresses.to("forecast-evidence"),
        "since_urls": [(change, addresses.to("forecasts", since=_iso(change["since"]))) for change in view.changes],
        "whole_url": addresses.to("forecasts", since=""),
    }


def _now_words(question: ForecastQuestion) -> str:
    """How the present row is named beside what was said in backlog order from the whole history."""
    then = f"As of {question.as_of:%-d %b %Y}" if question.as_of else "Now"
    if question.order is WorkOrder.FIRST:
        return f"{then}, as if it came first"
    return f"{then}, since {question.since:%-d %b %Y}" if question.since else then


def _measures(addresses: ForecastAddresses, current: str) -> list[Choice]:
    return [
        (measure.label, addresses.to("forecasts", measure=measure.value), measure.value == current)
        for measure in Measure
    ]


def _iso(day: date) -> str:
    return day.isoformat()
