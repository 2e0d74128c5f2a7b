"""What is said about forms kept in files of their own: form-js, JSON Schema, and what lies beside a BPMN file."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

MISSING = Rule(
    "form-missing",
    WARNING,
    Text(
        "表单“{name}”没有随 BPMN 上传，任务将没有字段。",
        "The form “{name}” was not uploaded beside the BPMN; the task will have no fields.",
    ),
    Text(
        "请一并上传文件“{file}”，或改用 camunda:formData。",
        "Upload the file “{file}” too, or write the fields as camunda:formData.",
    ),
)
ELSEWHERE = Rule(
    "form-elsewhere",
    WARNING,
    Text(
        "表单“{name}”在另一个系统中（HTML 或应用程序），任务将没有字段。",
        "The form “{name}” is kept by another system (HTML or an application); the task will have no fields.",
    ),
    Text(
        "请用 camunda:formData 写出字段，或上传 form-js 表单（.form）。",
        "Write its fields as camunda:formData, or upload a form-js form (.form).",
    ),
)
UNREADABLE = Rule(
    "form-unreadable",
    ERROR,
    Text("表单“{name}”不是正确的 JSON：{why}", "The form “{name}” is not correct JSON: {why}"),
    Text("请从表单编辑器重新导出。", "Export it from the form editor again."),
)
NOT_A_FORM = Rule(
    "form-not-known",
    ERROR,
    Text(
        "表单“{name}”既不是 form-js 也不是 JSON Schema。",
        "The form “{name}” is neither a form-js form nor a JSON Schema.",
    ),
    Text(
        "form-js 有 components，JSON Schema 有 properties。",
        "A form-js form has components, a JSON Schema has properties.",
    ),
)
NOT_SHOWN = Rule(
    "form-part-not-shown",
    WARNING,
    Text("表单“{form}”的“{key}”（{type}）不显示。", "“{key}” ({type}) of the form “{form}” is not shown."),
    Text("{advice}", "{advice}"),
)
NO_EFFECT = Rule(
    "form-setting-unused",
    WARNING,
    Text("表单“{form}”的“{key}”：{name} 没有作用。", "The form “{form}”, “{key}”: {name} has no effect."),
    Text("{advice}", "{advice}"),
)
UNUSED_SETTING = Rule(
    "form-setting-not-needed",
    INFO,
    Text("表单“{form}”的“{key}”：{name} 在此不需要。", "The form “{form}”, “{key}”: {name} is not needed here."),
)
INTRODUCED = Rule(
    "form-text-as-guidance",
    INFO,
    Text(
        "表单“{form}”的说明文字显示为步骤的指引。",
        "The words in the form “{form}” are shown as the guidance of the step.",
    ),
)
NOT_INTRODUCED = Rule(
    "form-text-unused",
    INFO,
    Text("表单“{form}”的说明文字不显示。", "The words in the form “{form}” are not shown."),
)
BINDING = Rule(
    "form-binding",
    INFO,
    Text(
        "表单“{name}”要求版本 {binding}；使用随此文件上传的那一份。",
        "The form “{name}” asks for {binding}; the one uploaded with this file is used.",
    ),
)
BESIDE_UNREADABLE = Rule(
    "file-beside-unreadable",
    ERROR,
    Text("文件“{file}”无法读取：{why}", "The file “{file}” cannot be read: {why}"),
    Text("请更正该文件，或不要上传它。", "Correct the file, or leave it out."),
)
BESIDE_UNKNOWN = Rule(
    "file-beside-unknown",
    WARNING,
    Text(
        "文件“{file}”不是 DMN、form-js 或 JSON Schema，未使用。",
        "The file “{file}” is neither DMN, form-js nor JSON Schema and is not used.",
    ),
    Text("{advice}", "{advice}"),
)
BESIDE_UNUSED = Rule(
    "file-beside-unused",
    INFO,
    Text("文件“{file}”没有被此流程使用。", "The file “{file}” is not used by this process."),
)

LEAVE = Text("不需要它时请不要上传。", "Leave it out if it is not needed.")
OTHER_BPMN = Text("请将另一个流程单独上传。", "Upload another process on its own.")
ALWAYS = Text("该字段总会显示；请用两个任务或网关区分。", "It is always shown; use two tasks and a gateway instead.")
PLAIN_VALUE = Text("请写固定的值。", "Write a fixed value.")
OPTIONS = Text("请在表单中列出选项；现在以文本输入。", "List the options in the form; for now it is asked as text.")
ELSE = Text(
    "若表单依赖它，请换一种写法；否则可忽略。", "If the form depends on it, say it another way; else leave it be."
)
EACH = Text("请为每个选项用一个复选框（checkbox）。", "Use one checkbox for each choice.")
GUIDANCE = Text(
    "请写入步骤的指引（guidance），例如链接。", "Put it into the guidance of the step, as a link for example."
)
SCRIPT = Text("请用脚本任务计算。", "Compute it in a script task.")
REPEAT = Text(
    "请用固定数量的字段，或多实例任务。", "Ask for a fixed number of fields, or repeat the task (multi-instance)."
)
FILES = Text("请改为填写文件的链接。", "Ask for a link to the file instead.")
ANCHORS = Text(
    "请写简单的正则表达式，以 ^ 开头、$ 结尾。", "Write a simple regular expression that begins with ^ and ends with $."
)
NESTED = Text("请将字段放在最外层。", "Put the fields on the top level.")
CHECK = Text("请在后面的网关中检查。", "Check it at a gateway behind the task.")
