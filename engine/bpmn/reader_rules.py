"""The sentences of `reader`: every way in which a file may not be a readable BPMN file."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, Rule
from engine.bpmn.model import Finding
from engine.domain.text import Text

EXPORT = Text(
    "请在建模工具中将流程另存为 BPMN 2.0 XML 文件（.bpmn），再上传该文件。",
    "In your modelling tool save the process as BPMN 2.0 XML (.bpmn) and upload that file.",
)

EMPTY = Rule("file-empty", ERROR, Text("文件是空的。", "The file is empty."), EXPORT)
TOO_LARGE = Rule(
    "file-too-large",
    ERROR,
    Text("文件为 {size} MB，超过上限 {limit} MB。", "The file has {size} MB; the limit is {limit} MB."),
    Text(
        "请删除内嵌的图片或将流程拆成几个文件。", "Remove embedded pictures, or split the process into several files."
    ),
)
FOREIGN = Rule("file-not-bpmn", ERROR, Text("这是{what}，不是 BPMN 文件。", "This is {what}, not a BPMN file."), EXPORT)
NOT_XML = Rule(
    "file-not-xml",
    ERROR,
    Text("文件不是 XML：开头是“{start}”。", "The file is not XML: it begins with “{start}”."),
    EXPORT,
)
NOT_UTF8 = Rule(
    "file-not-utf8",
    ERROR,
    Text("文件不是 UTF-8 编码。", "The file is not encoded in UTF-8."),
    Text(
        "请将文件另存为 UTF-8 编码（XML 声明也须为 UTF-8）。",
        "Save the file as UTF-8; its XML declaration has to say UTF-8 too.",
    ),
)
OTHER_ENCODING = Rule(
    "file-not-utf8",
    ERROR,
    Text(
        "文件声明的编码是 {encoding}，只接受 UTF-8。",
        "The file declares the encoding {encoding}; only UTF-8 is accepted.",
    ),
    NOT_UTF8.advice,
)
TOLD_ENCODING = Rule(
    "file-not-utf8",
    ERROR,
    Text("文件的编码是 {encoding}，只接受 UTF-8。", "The file is encoded in {encoding}; only UTF-8 is accepted."),
    NOT_UTF8.advice,
)
DOCTYPE = Rule(
    "xml-doctype",
    ERROR,
    Text(
        "文件含有 DOCTYPE 声明；它可以夹带实体炸弹或读取服务器文件，因此不予接受。",
        "The file has a DOCTYPE, which could carry entity bombs or read files of the server, and is refused.",
    ),
    Text(
        "请删除以 <!DOCTYPE 开头的部分。BPMN 文件不需要它。",
        "Remove the part that begins with <!DOCTYPE. BPMN needs none.",
    ),
)
TOO_MANY_ELEMENTS = Rule(
    "xml-too-many-elements",
    ERROR,
    Text("文件的元素超过 {limit} 个。", "The file has more than {limit} elements."),
    Text("请将流程拆成几个文件，用调用活动连接。", "Split the process into several files linked by call activities."),
)
TOO_DEEP = Rule(
    "xml-too-deep", ERROR, Text("元素嵌套超过 {limit} 层。", "Elements are nested more than {limit} deep."), EXPORT
)
TOO_MANY_ATTRIBUTES = Rule(
    "xml-too-many-attributes",
    ERROR,
    Text("一个元素的属性超过 {limit} 个。", "One element has more than {limit} attributes."),
    EXPORT,
)
VALUE_TOO_LONG = Rule(
    "xml-value-too-long",
    ERROR,
    Text("一个属性的值超过 {limit} 个字符。", "One attribute is longer than {limit} characters."),
    Text("请缩短该内容，或改为链接。", "Shorten it, or put a link in its place."),
)
XML_ERROR = Rule(
    "xml-error",
    ERROR,
    Text("XML 有误：{why}", "The XML is faulty: {why}"),
    Text(
        "请用建模工具重新打开并保存，或修改该行。",
        "Open and save it again in your modelling tool, or correct that line.",
    ),
)
NOT_BPMN = Rule(
    "file-not-bpmn",
    ERROR,
    Text(
        "XML 的根元素是“{name}”，不是 BPMN 2.0 的 definitions。",
        "The XML begins with “{name}”, not with definitions of BPMN 2.0.",
    ),
    EXPORT,
)
NO_PROCESS = Rule(
    "no-process",
    ERROR,
    Text("BPMN 文件中没有流程（process）。", "The BPMN file has no process."),
    Text("请画出至少一个带开始事件的流程。", "Draw at least one process with a start event."),
)
OTHER_NAMESPACE = Rule(
    "bpmn-namespace",
    ERROR,
    Text(
        "definitions 的命名空间是“{namespace}”，不是 BPMN 2.0 的。",
        "The namespace of definitions is “{namespace}”, not that of BPMN 2.0.",
    ),
    Text(
        '应为 xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"；请用建模工具重新导出。',
        'It should be xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"; export the file again from your modelling tool.',
    ),
)
CHOREOGRAPHY = Rule(
    "no-process",
    ERROR,
    Text("文件只有编排（choreography），没有流程。", "The file has a choreography only, and no process."),
    Text(
        "编排只说明各方之间的消息；请画出己方的流程。",
        "A choreography says what parties tell each other; draw the process of your own side.",
    ),
)
BLACK_BOXES = Rule(
    "no-process",
    ERROR,
    Text("文件只有空的泳池，其中没有流程。", "The file has only empty pools and no process in them."),
    Text("请在要运行的泳池中画出流程。", "Draw the process in the pool that is to run."),
)
SHAPES_ALONE = Rule(
    "no-process",
    ERROR,
    Text("文件只有图形，没有它们所表示的流程。", "The file has shapes only, without the process they stand for."),
    Text(
        "图形引用的元素不在文件中；请从建模工具重新导出完整的模型。",
        "What the shapes refer to is not in the file; export the whole model again from your modelling tool.",
    ),
)

BINARY = Text("二进制文件", "a binary file")
CUT_OFF = Text("文件在中途结束，可能没有完整传输", "the file ends in the middle, perhaps it was cut off")
REASONS: tuple[tuple[str, Text], ...] = (
    ("mismatch", Text("开始标签与结束标签不匹配", "an opening and a closing tag do not match")),
    ("Premature end", CUT_OFF),
    ("EntityRef", Text("“&”必须写成 &amp;", "an “&” has to be written as &amp;")),
    ("Entity", Text("使用了未定义的实体", "it uses an entity that is not defined")),
    ("redefined", Text("一个属性出现了两次", "an attribute appears twice")),
    ("Unescaped '<'", Text("属性值中的“<”必须写成 &lt;", "a “<” in an attribute has to be written as &lt;")),
    ("Namespace prefix", Text("使用了未声明的命名空间前缀", "it uses a namespace prefix that is not declared")),
    ("Extra content", Text("根元素之后还有内容", "there is something after the end of the document")),
    ("encoding", Text("编码声明与内容不符", "the declared encoding does not fit")),
    ("huge", Text("某处内容过长", "something in it is too long")),
    ("Char 0x", Text("含有不允许的控制字符", "it has a control character that is not allowed")),
    ("PCDATA invalid", Text("含有不允许的控制字符", "it has a control character that is not allowed")),
)


def xml_error(message: str, line: int | None, cut_off: bool = False) -> Finding:
    """What the XML parser complained about, in plain words where they are known, with its own words beside them."""
    if "Excessive depth" in message:
        return TOO_DEEP.at(line=line, limit=100)
    known = next((text for word, text in REASONS if word.lower() in message.lower()), Text("", ""))
    known = CUT_OFF if cut_off else known
    why = Text(f"{known.zh}（{message}）" if known.zh else message, f"{known.en} ({message})" if known.en else message)
    return XML_ERROR.at(line=line, why=why)
