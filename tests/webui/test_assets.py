"""The front-end files of others are the ones we locked, with their licences, and nothing else."""

from webui import assets


def test_vendored_files_match_the_lock():
    assert assets.check() == []


def test_every_component_carries_its_licence():
    for component in assets.components():
        assert component.license, component.name
        assert "Copyright" in component.license_text or "Zero-Clause" in component.license_text, component.name


def test_an_altered_file_is_named(tmp_path, monkeypatch):
    copy = tmp_path / "vendor"
    for path in assets.VENDOR.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(assets.VENDOR)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (copy / "htmx/htmx.min.js").write_bytes(b"alert(1)")
    (copy / "stray.js").write_bytes(b"")
    (copy / "tinykeys/LICENSE").unlink()
    monkeypatch.setattr(assets, "VENDOR", copy)
    assert assets.check() == [
        "tinykeys/LICENSE is missing",
        "stray.js is not in the lock",
        "htmx/htmx.min.js was altered",
    ]
