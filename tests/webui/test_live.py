"""The stream that says when to look again: it speaks after every change, is limited in number, and ends when told."""

import pytest

from tests.office import clerk
from tests.webui.test_tasks import FORMS
from tests.webui.web import Web
from webui import live
from webui.live import Pulse, Streams


@pytest.fixture
def web(database):
    return Web.of(database)


class Stopping:
    """An event that is never waited for: each look comes at once, and one after the last the process stops."""

    def __init__(self, looks, between=lambda _n: None):
        self.looks, self.between, self.n = looks, between, 0

    def is_set(self):
        return self.n > self.looks

    def wait(self, _seconds):
        self.n += 1
        self.between(self.n)
        return self.is_set()


class Seconds:
    """One second passes with every look."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.5
        return self.now


def spoken(web, looks, between=lambda _n: None):
    clock = Seconds()
    streams = Streams(Pulse(web.office.engine, lambda: clock() * 10), Stopping(looks, between), 3)
    return [part.strip() for part in streams.events(clock)]


def test_it_speaks_once_after_a_change_and_not_without(web):
    web.office.start(FORMS)
    said = spoken(web, 8, lambda n: web.office.start(FORMS) if n == 3 else None)
    assert said[0].startswith("retry: ")
    assert [part for part in said if part.startswith("event")] == ["event: worklist\ndata: changed"]


def test_it_shows_signs_of_life_and_ends_by_itself(web):
    said = spoken(web, 2_000)
    assert ": still here" in said
    assert len(said) < 100


def test_it_ends_when_the_browser_has_left(web):
    left = iter([False, False, True])
    streams = Streams(Pulse(web.office.engine), Stopping(10), 3)
    list(streams.events(Seconds(), lambda: next(left)))
    assert next(left, "asked no more") == "asked no more"


def test_beyond_the_limit_pollers_get_nothing_and_go_on_polling(web):
    web.log_in(clerk)
    streams = web.app.extensions["closeloop-streams"]
    while streams.take():
        pass
    answer = web.get("/live")
    assert (answer.status_code, answer.text) == (204, "")
    streams.give_back()
    with web.get("/live") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
    assert streams.take()


def test_no_more_streams_once_the_process_is_to_stop(web):
    web.log_in(clerk)
    web.app.extensions["closeloop-stopping"].set()
    assert web.get("/live").status_code == 204


def test_strangers_get_none(web):
    assert web.get("/live").status_code == 303


def test_the_page_names_the_stream_and_polls_besides(web):
    page = web.log_in(clerk).get("/worklist").text
    assert 'data-stream="/live"' in page
    assert "every 60s" in page
    assert live.MOST < 32
