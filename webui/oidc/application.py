"""The provider this application is set up with, if any."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for

from webui.config import Settings
from webui.oidc.provider import Provider


def install(app: Flask, settings: Settings) -> None:
    """After `auth.install`: log-ins live by the real time."""
    app.extensions["oidc"] = Provider(settings.oidc, app.extensions["logins"].clock) if settings.oidc else None


def provider() -> Provider | None:
    return current_app.extensions["oidc"]


def address_of(endpoint: str) -> str:
    """The whole address of a page of ours, as the provider is to send people back to it."""
    scheme = "https" if current_app.config["SESSION_COOKIE_SECURE"] else request.scheme
    return url_for(endpoint, _external=True, _scheme=scheme)


def farewell(id_token: str | None) -> Response | None:
    """The page that goes on to the provider to log out there too; None where there is nothing to log out of.

    A page and no redirect: `form-action` of our policy lets the answer to a form lead nowhere else.
    """
    its = provider()
    address = its.farewell(id_token, address_of("sessions.new")) if its and id_token else None
    if its is None or address is None:
        return None
    g.viewer = None  # whoever reads this page is nobody here any more
    page = make_response(render_template("logged_out.html", name=its.name, address=address))
    page.headers["Refresh"] = f"1; url={address}"
    return page
