"""The sentences of `pools`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

TICK = Text(
    '请选择要运行的流程，或在其属性中勾选“可执行”（isExecutable="true"）。',
    'Choose the process that is to run, or tick “Executable” in its properties (isExecutable="true").',
)
NOTHING_EXECUTABLE = Rule(
    "nothing-executable",
    ERROR,
    Text(
        "文件中没有标为可执行的流程。可选择：{candidates}。",
        "Nothing in the file is marked executable. It could be: {candidates}.",
    ),
    TICK,
)
NOTHING_DRAWN = Rule(
    "nothing-drawn",
    ERROR,
    Text("文件中的流程都是空的，没有可以运行的内容。", "Every process of the file is empty; there is nothing to run."),
    Text("请画出开始事件、步骤和结束事件。", "Draw a start event, steps and an end event."),
)
CHOSEN_NOT_EXECUTABLE = Rule(
    "chosen-not-executable",
    WARNING,
    Text(
        "流程“{name}”未标为可执行；因为选择了它，仍然运行。",
        "Process “{name}” is not marked executable; it was chosen and runs all the same.",
    ),
    Text(
        "请在建模工具中勾选“可执行”，以免他人疑惑。",
        "Tick “Executable” in your modelling tool, so that nobody wonders.",
    ),
)
MAIN_UNKNOWN = Rule(
    "main-unknown",
    ERROR,
    Text("文件中没有流程“{main}”。有：{candidates}。", "The file has no process “{main}”. It has: {candidates}."),
    Text("请选择其中一个。", "Choose one of them."),
)
SEVERAL_PROCESSES = Rule(
    "several-processes",
    INFO,
    Text(
        "文件中有几个流程，由“{main}”运行。也可选择：{others}。",
        "The file has several processes; “{main}” is the one that runs. It could also be: {others}.",
    ),
    Text("若应运行另一个，请选择它。", "If another one is to run, choose it."),
)
OTHER_SIDE = Rule(
    "not-executable",
    INFO,
    Text(
        "流程“{name}”由另一方（客户或合作方）完成：只显示，不运行；与它之间的消息由外部收发。",
        "Process “{name}” is the other side's (a customer's or partner's): shown, never run; messages to and from it go outside.",
    ),
)
PROCESS_TWICE = Rule(
    "process-twice",
    ERROR,
    Text("有两个流程使用同一个 id“{id}”。", "Two processes have the same id “{id}”."),
    Text("请更改其中一个流程的 id。", "Give one of them another id."),
)
PROCESS_WITHOUT_ID = Rule(
    "process-without-id",
    ERROR,
    Text("流程没有 id。", "The process has no id."),
    Text("请给流程一个固定的 id，例如 inquiry。", "Give it a lasting id such as inquiry."),
)
