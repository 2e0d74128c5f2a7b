"""What was uploaded instead of a BPMN file: told by its first bytes, by what is in it, or by its root element."""

from __future__ import annotations

import re

from lxml import etree

from engine.domain.text import Text

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
INSIDE_ZIP: tuple[tuple[bytes, Text], ...] = (
    (b"visio/", Text("Visio 绘图（.vsdx）", "a Visio drawing (.vsdx)")),
    (b"word/", Text("Word 文档（.docx）", "a Word document (.docx)")),
    (b"xl/", Text("Excel 工作簿（.xlsx）", "an Excel workbook (.xlsx)")),
    (b"ppt/", Text("PowerPoint 演示文稿（.pptx）", "a PowerPoint presentation (.pptx)")),
    (b"application/vnd.oasis", Text("LibreOffice 文档", "a LibreOffice document")),
    (b".bpmn", Text("含有 BPMN 文件的压缩包（请先解压，再上传其中的 .bpmn 文件）", "a zip archive with BPMN files in it (unpack it and upload those)")),
    (b"Diagram.xml", Text("Bizagi 模型（.bpm）", "a Bizagi model (.bpm)")),
)  # fmt: skip
INSIDE_OLE: tuple[tuple[str, Text], ...] = (
    ("VisioDocument", Text("Visio 绘图（.vsd）", "a Visio drawing (.vsd)")),
    ("WordDocument", Text("Word 文档（.doc）", "a Word document (.doc)")),
    ("Workbook", Text("Excel 工作簿（.xls）", "an Excel workbook (.xls)")),
    ("PowerPoint Document", Text("PowerPoint 演示文稿（.ppt）", "a PowerPoint presentation (.ppt)")),
)
MAGIC: tuple[tuple[bytes, Text], ...] = (
    (ZIP, Text("压缩包（zip）", "a zip archive")),
    (b"PK\x05\x06", Text("空的压缩包（zip）", "an empty zip archive")),
    (b"%PDF", Text("PDF 文档", "a PDF document")),
    (b"\x89PNG", Text("PNG 图片", "a PNG picture")),
    (b"\xff\xd8\xff", Text("JPEG 图片", "a JPEG picture")),
    (b"GIF8", Text("GIF 图片", "a GIF picture")),
    (b"BM", Text("BMP 图片", "a BMP picture")),
    (b"II*\x00", Text("TIFF 图片", "a TIFF picture")),
    (b"MM\x00*", Text("TIFF 图片", "a TIFF picture")),
    (b"RIFF", Text("图片或媒体文件", "a picture or media file")),
    (b"\x1f\x8b", Text("gzip 压缩文件", "a gzip archive")),
    (b"7z\xbc\xaf", Text("7-Zip 压缩包", "a 7-Zip archive")),
    (b"Rar!", Text("RAR 压缩包", "a RAR archive")),
    (OLE, Text("旧版 Office 文档（Word、Excel 或 Visio）", "an old Office document (Word, Excel or Visio)")),
    (b"{\\rtf", Text("RTF 文档", "an RTF document")),
    (b"MZ", Text("Windows 程序", "a Windows program")),
    (b"\x7fELF", Text("Linux 程序", "a Linux program")),
    (b"SQLite format 3", Text("SQLite 数据库", "a SQLite database")),
)
FORM = Text("表单（form-js）：请与 BPMN 文件一起上传", "a form (form-js), to be uploaded beside a BPMN file")
SCHEMA = Text("JSON Schema：请与 BPMN 文件一起上传", "a JSON Schema, to be uploaded beside a BPMN file")
SIGNAVIO = Text("Signavio 的 JSON 模型", "a model in Signavio's own JSON")
JSON = Text("JSON 文件", "a JSON file")
WEB = Text("网页", "a web page")
NAMESPACES: tuple[tuple[str, Text], ...] = (
    ("/DMN/", Text("DMN 决策模型（请与使用它的 BPMN 文件一起上传）", "a DMN decision model (to be uploaded beside the BPMN file that uses it)")),
    ("/dmn", Text("DMN 决策模型（请与使用它的 BPMN 文件一起上传）", "a DMN decision model (to be uploaded beside the BPMN file that uses it)")),
    ("/CMMN/", Text("CMMN 案例模型", "a CMMN case model")),
    ("http://schema.omg.org/spec/BPMN/2.0", Text("BPMN 2.0 的早期草案", "an early draft of BPMN 2.0")),
    ("http://www.omg.org/spec/BPMN/20100501", Text("BPMN 2.0 的早期草案", "an early draft of BPMN 2.0")),
    ("http://www.omg.org/bpmn20", Text("BPMN 2.0 的早期草案", "an early draft of BPMN 2.0")),
    ("stp.eclipse.org/bpmn", Text("BPMN 1.x 图", "a BPMN 1.x diagram")),
    ("bpmn/1.", Text("BPMN 1.x 图", "a BPMN 1.x diagram")),
    ("BPMN1", Text("BPMN 1.x 图", "a BPMN 1.x diagram")),
    ("wfmc.org", Text("XPDL 流程", "an XPDL process")),
    ("wsbpel", Text("BPEL 流程", "a BPEL process")),
    ("business-process", Text("BPEL 流程", "a BPEL process")),
    ("jbpm.org/jpdl", Text("jPDL 流程", "a jPDL process")),
    ("jboss.org/jbpm", Text("jPDL 流程", "a jPDL process")),
    ("schemas.microsoft.com/visio", Text("Visio 绘图（XML）", "a Visio drawing (XML)")),
    ("http://www.w3.org/2000/svg", Text("SVG 图片", "an SVG picture")),
    ("http://www.w3.org/1999/xhtml", WEB),
    ("http://www.w3.org/2001/XMLSchema", Text("XML Schema", "an XML Schema")),
    ("graphml", Text("GraphML 图", "a GraphML drawing")),
    ("opengroup.org/xsd/archimate", Text("ArchiMate 模型", "an ArchiMate model")),
)  # fmt: skip
ROOTS: dict[str, Text] = {
    "html": WEB,
    "svg": Text("SVG 图片", "an SVG picture"),
    "mxfile": Text("draw.io 图", "a draw.io drawing"),
    "mxGraphModel": Text("draw.io 图", "a draw.io drawing"),
    "Package": Text("XPDL 流程", "an XPDL process"),
    "BpmnDiagram": Text("BPMN 1.x 图", "a BPMN 1.x diagram"),
    "BusinessProcessDiagram": Text("BPMN 1.x 图", "a BPMN 1.x diagram"),
    "AML": Text("ARIS 模型（AML）", "an ARIS model (AML)"),
    "ADOXML": Text("ADONIS 模型", "an ADONIS model"),
    "VisioDocument": Text("Visio 绘图（XML）", "a Visio drawing (XML)"),
    "pnml": Text("Petri 网（PNML）", "a Petri net (PNML)"),
    "epml": Text("EPC 模型（EPML）", "an EPC model (EPML)"),
    "log": Text("事件日志（XES）", "an event log (XES)"),
    "XMI": Text("UML 模型（XMI）", "a UML model (XMI)"),
    "process-definition": Text("jPDL 流程", "a jPDL process"),
    "specificationSet": Text("YAWL 流程", "a YAWL process"),
}
DOCTYPE_NAME = re.compile(r"<!DOCTYPE\s+([A-Za-z][\w.-]*)", re.IGNORECASE)


def what_bytes(data: bytes) -> Text | None:
    """What a file is by its first bytes; None where it may be XML."""
    found = next((what for magic, what in MAGIC if data.startswith(magic)), None)
    if data.startswith(ZIP):
        return next((what for mark, what in INSIDE_ZIP if mark in data), found)
    if data.startswith(OLE):
        return next((what for mark, what in INSIDE_OLE if mark.encode("utf-16-le") in data), found)
    if found is None and data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return what_json(data)
    return found


def what_json(data: bytes) -> Text:
    head = data[:200_000]
    if b'"components"' in head and b'"type"' in head:
        return FORM
    if b'"$schema"' in head or (b'"properties"' in head and b'"type"' in head and b'"childShapes"' not in head):
        return SCHEMA
    return SIGNAVIO if b'"childShapes"' in head or b'"stencil"' in head else JSON


def document_type(text: str) -> Text | None:
    """What a file with a DOCTYPE is, where its name tells: a web page, an ARIS export."""
    found = DOCTYPE_NAME.search(text)
    if found is None:
        return None
    return next((what for name, what in ROOTS.items() if name.lower() == found[1].lower()), None)


def what_document(root: etree._Element) -> Text | None:
    """What well-formed XML is by its namespace or root element; None where nobody here knows it."""
    name = etree.QName(root)
    for part, what in NAMESPACES:
        if part in (name.namespace or ""):
            return what
    return ROOTS.get(name.localname)
