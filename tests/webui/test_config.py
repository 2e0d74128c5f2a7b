"""Settings from the environment: checked once, named where they cannot be meant."""

from __future__ import annotations

import re

import pytest

import webui.config
from webui.config import BadSetting, Settings


def test_nothing_set_gives_a_desk_on_this_machine():
    assert Settings.from_env({}) == Settings()
    assert (Settings().database_url, Settings().host, Settings().port) == ("sqlite:///closeloop.db", "127.0.0.1", 8000)


def test_what_is_set_counts():
    settings = Settings.from_env(
        {"DATABASE_URL": " postgresql://db/desk ", "PORT": "80", "CLOSELOOP_DEMO": "TRUE", "CLOSELOOP_HTTPS": "1",
         "CLOSELOOP_SECRET_KEY": "k", "CLOSELOOP_LOG_LEVEL": "Warning"}
    )  # fmt: skip
    assert (settings.database_url, settings.port, settings.is_demo) == ("postgresql://db/desk", 80, True)
    assert (settings.https, settings.secret_key, settings.log_level) == (True, "k", "warning")


@pytest.mark.parametrize("name", ["PORT", "CLOSELOOP_WORKERS", "CLOSELOOP_THREADS", "CLOSELOOP_DEMO", "DATABASE_URL"])
def test_empty_is_the_same_as_not_set(name):
    assert Settings.from_env({name: " "}) == Settings()


@pytest.mark.parametrize("value", ["x", "1.5", "-1", "65536", "８０００", "1e3", "0x10"])
def test_a_port_is_a_whole_number(value):
    with pytest.raises(BadSetting) as refusal:
        Settings.from_env({"PORT": value})
    assert refusal.value.text.en == f"PORT is “{value}” but should be a whole number from 0 to 65535."
    assert refusal.value.text.zh == f"环境变量 PORT 的值“{value}”无效：应为0 至 65535 的整数。"


@pytest.mark.parametrize("value", ["mail.example", "http://u:hush@mail.example", "smtp://u:hush@mail.example", "smtp://h:x?from=a@b"])
def test_a_mail_server_has_an_address_and_a_sender(value):
    with pytest.raises(BadSetting) as refusal:
        Settings.from_env({"CLOSELOOP_SMTP": value})
    assert "CLOSELOOP_SMTP" in refusal.value.text.en
    assert "hush" not in refusal.value.text.en
    good = "smtp://u:hush@mail.example?from=desk@b.example"
    assert Settings.from_env({"CLOSELOOP_SMTP": good}).smtp == good


def test_secrets_are_not_shown():
    assert "hush" not in repr(Settings(secret_key="hush", smtp="smtp://u:hush@mail.example?from=a@b.example"))


def test_every_setting_is_explained_at_the_top():
    read = set(re.findall(r'"((?:CLOSELOOP_|DATABASE_|PORT)[A-Z_]*)"', _source()))
    assert read and all(name in (webui.config.__doc__ or "") for name in read)


def _source() -> str:
    from pathlib import Path

    return Path(webui.config.__file__).read_text(encoding="utf-8")
