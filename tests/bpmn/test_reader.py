"""A file from outside: what is read, what is refused, and in which words."""

import pytest

from engine.bpmn.reader import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, Unreadable, read

HEAD = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
GOOD = f'{HEAD}<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s" name="开始"/></bpmn:process></bpmn:definitions>'


def refused(data: bytes | str):
    with pytest.raises(Unreadable) as refusal:
        read(data.encode() if isinstance(data, str) else data)
    (finding,) = refusal.value.findings
    assert finding.level == "error" and finding.message.zh and finding.message.en and finding.advice
    return finding


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + GOOD.encode(),
        b"<!-- <!DOCTYPE in a comment> -->" + GOOD.encode(),
        GOOD.replace('name="开始"', 'name="&lt;!DOCTYPE x>"').encode(),
    ],
)
def test_bpmn_is_read(data):
    root = read(data)
    assert root.tag.endswith("definitions")
    assert root[0].get("id") == "p"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"PK\x03\x04....", "zip"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Visio"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"MZ\x90", "program"),
        (b'{"a": 1}', "JSON"),
        (b"<html><body/></html>", "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "DMN"),
        (b"<mxfile/>", "draw.io"),
        (b"<a/>", "“a”"),
        (b"\x00\x01\x02", "binary"),
        (b"hello", "hello"),
        (b"<?xml version='1.0'?><a>\x00</a>", "binary"),
    ],
)
def test_other_files_are_named(data, word):
    finding = refused(data)
    assert finding.rule in ("file-not-bpmn", "file-not-xml")
    assert word in finding.message.en


def test_empty_and_huge_files():
    assert refused(b"").rule == "file-empty"
    assert refused(b" \n ").rule == "file-empty"
    assert refused(b"<" * (MAX_BYTES + 1)).rule == "file-too-large"


def test_only_utf8():
    for encoding in ("gb18030", "utf-16", "utf-16-le", "utf-16-be"):
        finding = refused(GOOD.encode(encoding))
        assert finding.rule == "file-not-utf8" and encoding.upper() in finding.message.en
    assert "GBK" in refused(f'<?xml version="1.0" encoding="GBK"?>\n{GOOD}'.encode("gbk")).message.zh
    assert refused(GOOD.encode("gb18030")[:-300] + b"\xff\xff").rule == "file-not-utf8"
    for encoding in ("UTF-7", "ISO-8859-1", "UTF-16", "nonsense", ""):
        finding = refused(f'<?xml version="1.0" encoding="{encoding}"?>\n{GOOD}')
        assert finding.rule == "file-not-utf8" and encoding.upper() in finding.message.en


def test_plain_ascii_is_read_whatever_it_declares():
    plain = GOOD.replace("开始", "+AADw-")
    for encoding in ("ISO-8859-1", "windows-1252", "GB18030"):
        root = read(f'<?xml version="1.0" encoding="{encoding}"?>\n{plain}'.encode())
        assert root[0][0].get("name") == "+AADw-"
    assert refused(f'<?xml version="1.0" encoding="UTF-7"?>\n{plain}').rule == "file-not-utf8"
    assert refused(f'<?xml version="1.0" encoding="UTF-16"?>\n{plain}').rule == "file-not-utf8"


ENTITIES = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "lol"}">' for i in range(10))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE d>",
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://localhost:1/x.dtd"> %p;]>',
        f"<!DOCTYPE d [{ENTITIES}]>",
        '<!DOCTYPE d [<!ENTITY a "' + "A" * 100_000 + '">]>',
        '<!DOCTYPE d SYSTEM "http://localhost:1/x.dtd">',
        "<!doctype d>",
        "<!-- x --><?pi y?>\n<!DOCTYPE d>",
    ],
)
def test_no_doctype_hence_no_entities(doctype):
    body = GOOD.replace("开始", "&a9;&x;")
    assert refused('<?xml version="1.0"?>\n' + doctype + body).rule == "xml-doctype"


def test_the_line_of_a_doctype_is_told():
    assert refused('<?xml version="1.0"?>\n\n<!DOCTYPE d>' + GOOD).line == 3


def test_an_undefined_entity_is_an_error():
    assert refused(GOOD.replace("开始", "&secret;")).rule == "xml-error"


def test_depth_count_and_attributes_are_bounded():
    assert refused(HEAD + "<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH + "</bpmn:definitions>").rule == "xml-too-deep"
    assert refused(HEAD + "<a>" * 200_000).rule == "xml-too-deep"
    assert refused(HEAD + "<a/>" * MAX_ELEMENTS + "</bpmn:definitions>").rule == "xml-too-many-elements"
    many = " ".join(f'a{i}="1"' for i in range(101))
    assert refused(f"{HEAD}<a {many}/></bpmn:definitions>").rule == "xml-too-many-attributes"
    long = "x" * 100_001
    assert refused(f'{HEAD}<a name="{long}"/></bpmn:definitions>').rule == "xml-value-too-long"


@pytest.mark.parametrize(
    ("data", "line", "word"),
    [
        (f"{HEAD}\n<bpmn:process>\n</bpmn:definitions>", 3, "do not match"),
        (f"{HEAD}\n<bpmn:process id='p'>", 2, "ends in the middle"),
        (f"{HEAD}\n\n<a name='x & y'/></bpmn:definitions>", 3, "&amp;"),
        (f"{HEAD}\n<a b='1' b='2'/></bpmn:definitions>", 2, "twice"),
        (f"{HEAD}\n<camunda:x/></bpmn:definitions>", 2, "prefix"),
        (f"{GOOD}\n<a/>", 2, "after the end"),
        (f"{HEAD}\n<a>\x01</a></bpmn:definitions>", 2, "control character"),
    ],
)
def test_xml_errors_name_the_line(data, line, word):
    finding = refused(data)
    assert (finding.rule, finding.line) == ("xml-error", line)
    assert word in finding.message.en


def test_bpmn_without_a_process():
    assert refused(f"{HEAD}</bpmn:definitions>").rule == "no-process"


def test_words_of_the_file_cannot_break_a_message():
    finding = refused("hello {0.__class__} \n\x1b[31m" + "x" * 500)
    assert "\n" not in finding.message.en and len(finding.message.en) < 200
