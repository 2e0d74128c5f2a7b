"""What people upload by mistake: each has its own plain answer in both languages."""

import io
import zipfile

import pytest

from engine.bpmn.lint import check
from tests.bpmn.drawn import HEAD, bpmn, element, flows, process

GOOD = bpmn(process("p", element("startEvent s name=开始"), element("userTask t name=受理"), element("endEvent e"), flows("s > t > e")))


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return held.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + stream.encode("utf-16-le") + b"\0" * 100


MISTAKES = {
    "zip": (zipped("a.txt"), "file-not-bpmn", "压缩包", "a zip archive,"),
    "zip of BPMN": (zipped("a/b.bpmn"), "file-not-bpmn", "先解压", "BPMN files in it"),
    "vsdx": (zipped("[Content_Types].xml", "visio/document.xml"), "file-not-bpmn", "Visio", ".vsdx"),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), "file-not-bpmn", "Word", ".docx"),
    "xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), "file-not-bpmn", "Excel", ".xlsx"),
    "vsd": (ole("VisioDocument"), "file-not-bpmn", "Visio", ".vsd"),
    "doc": (ole("WordDocument"), "file-not-bpmn", "Word", ".doc"),
    "xls": (ole("Workbook"), "file-not-bpmn", "Excel", ".xls"),
    "PDF": (b"%PDF-1.7\n", "file-not-bpmn", "PDF", "PDF"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "file-not-bpmn", "PNG", "PNG"),
    "JPEG": (b"\xff\xd8\xff\xe0", "file-not-bpmn", "JPEG", "JPEG"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "file-not-bpmn", "SVG", "SVG"),
    "6 MB": (b" " * 6_000_000, "file-too-large", "6.0 MB", "the limit is 5 MB"),
    "empty": (b"", "file-empty", "空的", "empty"),
    "blank": (b"\n\n", "file-empty", "空的", "empty"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "file-not-utf8", "UTF-16", "UTF-16"),
    "GBK": (b'<?xml version="1.0" encoding="GBK"?>' + GOOD.decode().encode("gbk"), "file-not-utf8", "GBK", "GBK"),
    "GBK that says UTF-8": (b'<?xml version="1.0" encoding="UTF-8"?>' + GOOD.decode().encode("gbk"), "file-not-utf8", "GB18030", "GB18030"),
    "Latin-1": ('<?xml version="1.0" encoding="ISO-8859-1"?><a n="é"/>'.encode("latin-1"), "file-not-utf8", "ISO-8859-1", "ISO-8859-1"),
    "HTML": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "file-not-bpmn", "网页", "a web page"),
    "JSON": (b'{"a": 1}', "file-not-bpmn", "JSON", "a JSON file"),
    "form-js": (b'{"components": [{"type": "textfield"}]}', "file-not-bpmn", "表单", "a form"),
    "JSON Schema": (b'{"$schema": "x", "type": "object"}', "file-not-bpmn", "JSON Schema", "JSON Schema"),
    "DMN": (b'<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>', "file-not-bpmn", "DMN", "beside the BPMN"),
    "DMN 1.3": (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "file-not-bpmn", "DMN", "DMN"),
    "CMMN": (b'<definitions xmlns="http://www.omg.org/spec/CMMN/20151109/MODEL"/>', "file-not-bpmn", "CMMN", "CMMN"),
    "XPDL": (b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2"/>', "file-not-bpmn", "XPDL", "XPDL"),
    "ARIS AML": (b'<?xml version="1.0"?><!DOCTYPE AML SYSTEM "ARIS-Export.dtd"><AML/>', "file-not-bpmn", "ARIS", "ARIS"),
    "BPMN 1.x": (b'<b:BpmnDiagram xmlns:b="http://stp.eclipse.org/bpmn"/>', "file-not-bpmn", "BPMN 1.x", "BPMN 1.x"),
    "BPMN 2.0 draft": (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>', "file-not-bpmn", "草案", "draft"),
    "BPEL": (b'<process xmlns="http://docs.oasis-open.org/wsbpel/2.0/process/executable"/>', "file-not-bpmn", "BPEL", "BPEL"),
    "no namespace": (b'<definitions><process id="p"/></definitions>', "bpmn-namespace", "命名空间", "xmlns="),
    "truncated": (GOOD[:-60], "xml-error", "中途结束", "cut off"),
    "text": (b"Dear colleague", "file-not-xml", "不是 XML", "not XML"),
    "no process": (f"{HEAD}</bpmn:definitions>".encode(), "no-process", "没有流程", "no process"),
    "empty pools": (f'{HEAD}<bpmn:collaboration id="c"><bpmn:participant id="a"/></bpmn:collaboration></bpmn:definitions>'.encode(),
                    "no-process", "空的泳池", "empty pools"),
    "choreography": (f'{HEAD}<bpmn:choreography id="c"/></bpmn:definitions>'.encode(), "no-process", "编排", "choreography"),
    "shapes alone": (f'{HEAD}<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI"><d:BPMNPlane><d:BPMNShape bpmnElement="t"/>'
                     "</d:BPMNPlane></d:BPMNDiagram></bpmn:definitions>".encode(), "no-process", "只有图形", "shapes only"),
    "two processes with one id": (bpmn(process("p", element("startEvent s")), process("p", element("startEvent s2"))), "process-twice", "两个流程", "Two processes"),
    "two elements with one id": (bpmn(process("p", element("startEvent s"), element("userTask t"), element("userTask t"))), "id-twice", "两次", "twice"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_each_mistake_has_its_own_answer(what):
    data, rule, zh, en = MISTAKES[what]
    report = check(data)
    assert not report.is_deployable
    finding = next(f for f in report.findings if f.rule == rule)
    assert finding.level == "error" and finding.advice is not None
    assert zh in finding.message.zh + finding.advice.zh and en in f"{finding.message.en}, {finding.advice.en}"


def rules(data: bytes) -> dict:
    return {f.rule: f for f in check(data).findings}


def test_a_diagram_without_shapes_is_only_noted():
    report = check(GOOD)
    assert report.is_deployable
    assert rules(GOOD)["diagram-missing"].level == "info"


def test_shapes_of_nothing_and_steps_without_a_shape_are_noted():
    shapes = "".join(f'<d:BPMNShape id="{i}_di" bpmnElement="{i}"/>' for i in ("s", "t", "gone"))
    drawn = GOOD.decode().replace("</bpmn:definitions>", '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI">'
                                  f"<d:BPMNPlane>{shapes}</d:BPMNPlane></d:BPMNDiagram></bpmn:definitions>").encode()  # fmt: skip
    found = rules(drawn)
    assert found["shape-without-element"].level == found["diagram-incomplete"].level == "info"
    assert found["diagram-incomplete"].element_id == "e"
    assert "diagram-missing" not in found
