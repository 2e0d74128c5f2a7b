"""A PostgreSQL database whose tables belong to one role and are used by another; on SQLite there is only the file."""

from __future__ import annotations

from sqlalchemy import make_url, text

from engine.store import roles
from engine.store.schema import metadata
from engine.store.session import Database

OWNER, APPLICATION = "closeloop_owner", "closeloop_app"
MAKE = f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER} LOGIN CREATEROLE; END IF; END $$"


def as_role(url: str, role: str) -> str:
    """The same database, asked as somebody else."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def separated(url: str) -> tuple[str, str]:
    """The addresses of owner and application of a migrated database; the first makes the second what it is."""
    if url.startswith("sqlite"):
        return url, url
    superuser = Database(url)
    with superuser.write() as conn:
        conn.execute(text(MAKE))
        conn.execute(text(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}"))
        for name in (*metadata.tables, "alembic_version"):
            conn.execute(text(f'ALTER TABLE "{name}" OWNER TO {OWNER}'))
    superuser.close()
    owner = Database(as_role(url, OWNER))
    roles.separate(owner, make_url(as_role(url, APPLICATION)))
    owner.close()
    return as_role(url, OWNER), as_role(url, APPLICATION)
