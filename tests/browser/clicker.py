"""Somebody who clicks without a pause: what a browser sends, sent as fast as the desk answers."""

from __future__ import annotations

import http.client
import re
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from threading import Condition, Thread
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from tests.browser.scenarios import scenario

TOKEN = re.compile(r'data-csrf="([^"]+)"')
TASK = re.compile(r"/tasks/(\d+)-(\d+)$")
VALUES = scenario("inquiry/whole-loop")["steps"][0]["values"]


@dataclass(slots=True)
class Matter:
    """A case opened and its first step done; both forms carry the key of their page, so both can be sent again."""

    key: str
    case_id: int = 0
    task: str = ""
    done: bool = False


@dataclass
class Clicker:
    """Opens cases and does their first steps. `matters` are all of them; the last may be unfinished."""

    login: str
    matters: list[Matter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _Stay())
        self._changed = Condition()
        self._acknowledged = 0

    def begin(self, address: str) -> None:
        """Clicks on the desk at this address until it does not answer."""
        self._thread = Thread(target=self._click, args=(address,))
        self._thread.start()

    def until_acknowledged(self, more: int) -> None:
        """So many more clicks have been answered."""
        with self._changed:
            wanted = self._acknowledged + more
            assert self._changed.wait_for(lambda: self._acknowledged >= wanted or not self._thread.is_alive(), 60)
            assert self._acknowledged >= wanted

    def end(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()

    def finish(self, address: str) -> None:
        """What is unfinished is sent again until it is answered."""
        self._log_in(address)
        self._send(address, self.matters[-1])

    def _click(self, address: str) -> None:
        try:
            self._log_in(address)
            while True:
                if not self.matters or self.matters[-1].done:
                    self.matters.append(Matter(f"click-{self.login}-{len(self.matters)}"))
                self._send_if_not_busy(address)
        except (URLError, OSError, http.client.HTTPException):
            with self._changed:
                self._changed.notify_all()

    def _send_if_not_busy(self, address: str) -> None:
        """A desk that says it is busy is asked again, as anybody would."""
        try:
            self._send(address, self.matters[-1])
        except HTTPError as answer:
            if answer.code != 503:
                raise

    def _send(self, address: str, matter: Matter) -> None:
        if not matter.case_id:
            opened = {"once": f"{matter.key}-open", "procedure": "inquiry", "customer": "1"}
            found = TASK.search(self._post(f"{address}/cases", opened))
            assert found, "the case was not opened"
            matter.task, matter.case_id = found[0], int(found[1])
            self._count()
        if not matter.done:
            self._post(f"{address}{matter.task}/completion", VALUES | {"once": f"{matter.key}-done", "then": "case"})
            matter.done = True
            self._count()

    def _count(self) -> None:
        with self._changed:
            self._acknowledged += 1
            self._changed.notify_all()

    def _log_in(self, address: str) -> None:
        """Once: the log-in outlives the process that gave it."""
        if not self.matters:
            self._token = self._read_token(f"{address}/")
            self._post(f"{address}/session/demo", {"login": self.login})
        self._token = self._read_token(f"{address}/worklist")

    def _read_token(self, url: str) -> str:
        with self._opener.open(url, timeout=60) as answer:
            found = TOKEN.search(answer.read().decode())
        assert found, url
        return found[1]

    def _post(self, url: str, form: dict[str, str]) -> str:
        """Where the desk sends the browser on to: only then is the click acknowledged."""
        with self._opener.open(url, urlencode(form | {"csrf_token": self._token}).encode(), timeout=60) as answer:
            assert answer.status == 303, f"{answer.status} {url}"
            return answer.headers["Location"]


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers: they are looked at, not followed."""

    def http_error_303(self, request, response, code, message, headers):
        return response
