/* SPDX-License-Identifier: Apache-2.0 */
/* What is said about texts that are wrong: all problems, and nothing else. */
#include "actor/actor.h"
#include "base/arena.h"
#include "case/evidence.h"
#include "runbook/runbook.h"
#include "tool/tool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct case_of_text {
    const char *why;
    const char *text;
    const char *want; /* all problems, a line each */
};

/* Each text stands on the lines from 2 on, between `runbook test "a test" {` and `}`. */
static const struct case_of_text bodies[] = {
    {"the smallest runbook", "find_onset()", ""},
    {"nothing at all", "", ""},
    {"everything at once",
     "m = metrics.missing()\n"
     "parallel {\n"
     "    o = metrics.onset(alert: alert.starts)\n"
     "    find_onset()\n"
     "}\n"
     "for s in m.services max 5 {\n"
     "    suppose culprit is s.service because \"it fell silent\"\n"
     "    verify culprit {\n"
     "        if not sources.logs or s.last > o.onset and s.series >= 2.5 {\n"
     "            refute culprit because culprit.because\n"
     "        } else if alert.symptom == \"missing\" {\n"
     "            changes.recent(onset: o.onset, grace: o.step, within: 2h)\n"
     "        } else {\n"
     "            follow other\n"
     "        }\n"
     "    }\n"
     "}",
     ""},
    {"an unknown actor is named, and what was meant", "find_onse()",
     "2:1: no actor `find_onse`; did you mean `find_onset`?\n"},
    {"an unknown tool", "metrics.shift(onset: case.onset)",
     "2:1: no tool `metrics.shift`; did you mean `metrics.shifts`?\n"},
    {"a tool of an agent that is not there", "metric.shifts(onset: case.onset)",
     "2:1: no tool `metric.shifts`; did you mean `metrics.shifts`?\n"},
    {"a tool that is like no other", "metrics.teapot()",
     "2:1: no tool `metrics.teapot`; `warroom tool list` has the tools\n"},
    {"an actor that is like no other", "brew()",
     "2:1: no actor `brew`; `warroom actor list` has them\n"},
    {"a runbook is not called", "other()",
     "2:1: no actor `other`; a runbook is followed: `follow other`\n"},
    {"what is needed and not given", "changes.recent(onset: case.onset)",
     "2:1: `changes.recent` needs `grace`, `within`; add `grace: ...`, a span: how long after the "
     "onset a change may still be the cause\n"},
    {"what is given and not taken", "metrics.shifts(onst: case.onset)",
     "2:16: `metrics.shifts` takes no `onst`; did you mean `onset`?\n"},
    {"something is given to what takes nothing", "find_onset(service: alert.service)",
     "2:12: `find_onset` takes no `service`; it takes nothing\n"},
    {"given twice", "metrics.shifts(onset: case.onset, onset: case.onset)",
     "2:35: `onset` is given twice; leave one of them\n"},
    {"a time cannot be written down", "metrics.shifts(onset: \"yesterday\")",
     "2:23: `onset` wants a time, not a text; a time comes from a path, such as `case.onset`\n"},
    {"a text is no time", "metrics.shifts(onset: alert.name)",
     "2:23: `onset` wants a time, not a text\n"},
    {"a span has a unit", "changes.recent(onset: case.onset, grace: 5, within: 1h)",
     "2:42: `grace` wants a span, not a whole number; write its unit, such as `5m`\n"},
    {"a span is no text", "changes.recent(onset: case.onset, grace: 5s, within: \"1h\")",
     "2:54: `within` wants a span, not a text; a span is written `30s` or `5m`\n"},
    {"a unit that is none", "changes.recent(onset: case.onset, grace: 5x, within: 1.5h)",
     "2:42: this is neither a number nor a span; a span is written 500ms, 30s, 5m, 2h or 1d\n"
     "2:54: a span is a whole number of its unit; take a smaller unit, such as 1500ms\n"},
    {"rows are no text",
     "m = metrics.missing()\n"
     "events.warnings(object: m.services)",
     "3:25: `object` wants a text, not rows\n"},
    {"a text is given as a number", "events.warnings(object: 3)",
     "2:25: `object` wants a text, not a whole number; write it in double quotes\n"},
    {"a mistake in a call does not make its result unknown",
     "m = metrics.mising()\n"
     "metrics.shifts(onset: m.onset)",
     "2:5: no tool `metrics.mising`; did you mean `metrics.missing`?\n"},
    {"no brackets", "find_onset",
     "2:1: no statement begins with `find_onset`; a call is written `find_onset()`\n"},
    {"a bracket that is not closed",
     "find_onset(\n"
     "find_onset()",
     "2:12: `)` is missing at the end of `find_onset(`\n"},
    {"the same, behind an argument",
     "metrics.shifts(onset: case.onset\n"
     "find_onset()",
     "2:33: `)` is missing at the end of `metrics.shifts(`\n"},
    {"an argument without a name", "metrics.shifts(case.onset)",
     "2:16: each argument of `metrics.shifts` is named; write `NAME: VALUE`\n"},
    {"the same on a line of its own",
     "metrics.shifts(\n"
     "    case.onset,\n"
     ")\n"
     "find_onset()",
     "3:5: each argument of `metrics.shifts` is named; write `NAME: VALUE`\n"},
    {"an argument with `=`", "metrics.shifts(onset = case.onset)",
     "2:22: `=` is wrong behind the name of an argument; write `:`\n"},
    {"a comma that is missing", "metrics.onset(alert: alert.starts service: alert.service)",
     "2:34: `,` is missing between two arguments\n"},
    {"a comma at the end is fine", "metrics.shifts(onset: case.onset,)", ""},
    {"two commas are not", "metrics.shifts(onset: case.onset,,)",
     "2:34: each argument of `metrics.shifts` is named; write `NAME: VALUE`\n"},
    {"something odd within a call",
     "metrics.shifts(\n"
     "    onset: case.onset,\n"
     "    $,\n"
     "    x: 3,\n"
     ")\n"
     "find_onse()",
     "4:5: `$` means nothing here\n"},
    {"a result of what is no call", "a = b",
     "2:6: `(` is missing: only calls give results; a result is used as an argument or in a "
     "test\n"},
    {"a result of `follow`", "x = follow other",
     "2:5: `follow` gives no result; leave the name out\n"},
    {"too many names", "metrics.shifts.x()",
     "2:15: this has too many names; an actor has one name, a tool two\n"},
    {"a value of too many names", "metrics.shifts(onset: a.b.c.d)",
     "2:23: this path has too many names; write the name of a step, a dot and one of its fields\n"},
    {"a text that is not closed",
     "events.warnings(object: \"web)\n"
     "find_onse()",
     "2:25: this text is not closed on its line; close it with \"; a line end within a text is "
     "written \\n\n"},
    {"a text in single quotes", "events.warnings(object: 'web')",
     "2:25: a text stands in double quotes; write \" instead of '\n"},
    {"an escape that is none", "events.warnings(object: \"\\d\")",
     "2:26: only \\\", \\\\ and \\n can follow a backslash; write \\\\ for a backslash\n"},
    {"escapes", "events.warnings(object: \"\\\\d \\\"x\\\" \\n # {\")", ""},
    {"numbers that are too long", "find_onset(a: 12345678901234567890, b: 1.23456789012345678)",
     "2:15: this number has too many digits; write at most 18 digits\n"
     "2:40: this number has too many digits; write at most 15 digits\n"},
    {"a span with a sign, and one too long",
     "changes.recent(onset: case.onset, grace: -5s, within: 999999999999999d)",
     "2:42: a span has no sign; leave the `-` out\n"
     "2:55: this span is too long; write a shorter one\n"},
    {"a name that is too long",
     "find_onset_find_onset_find_onset_find_onset_find_onset_find_onset_find_onset()",
     "2:1: this name is too long; 64 letters are the most\n"},
    {"signs that mean nothing",
     "find_onset();\n"
     "find-onset()",
     "2:13: `;` means nothing here; a statement ends with its line\n"
     "3:5: `-` means nothing here; names are joined with _, and there is no arithmetic\n"},
    {"a field that is not there", "metrics.shifts(onset: case.onst)",
     "2:28: `case` has no `onst`; did you mean `onset`?\n"},
    {"a record is no value", "metrics.shifts(onset: alert)",
     "2:23: `alert` is no value by itself; say which of its fields: `name`, `service`, `severity`, "
     "`symptom`, `summary` and `starts`\n"},
    {"a value has no fields", "metrics.shifts(onset: case.onset.x)",
     "2:34: `case.onset` is a time, which has no fields; leave it out\n"},
    {"a name that is not there", "metrics.shifts(onset: cas.onset)",
     "2:23: there is no `cas`; did you mean `case`?\n"},
    {"a name that is like no other", "metrics.shifts(onset: shape.onset)",
     "2:23: there is no `shape`; a name is a result, the row of a loop, a lead, `alert`, `case`, "
     "`sources` or `shows`\n"},
    {"used before it is there",
     "metrics.shifts(onset: o.onset)\n"
     "o = metrics.onset(alert: alert.starts)",
     "2:23: `o` is defined only on line 3; move that line up\n"},
    {"used by the step that gives it", "o = metrics.shifts(onset: o.onset)",
     "2:27: `o` is what this very step gives; use it below this step\n"},
    {"used after it is gone",
     "if case.changed {\n"
     "    o = metrics.onset(alert: alert.starts)\n"
     "}\n"
     "metrics.shifts(onset: o.onset)",
     "5:23: `o` is defined on line 3, within a block that has ended; use it within that block\n"},
    {"defined twice",
     "o = find_onset()\n"
     "o = find_onset()",
     "3:1: `o` is defined on line 2 already; take another name\n"},
    {"two blocks may use one name",
     "if case.changed {\n"
     "    o = find_onset()\n"
     "} else {\n"
     "    o = find_onset()\n"
     "}",
     ""},
    {"an inner name may not hide an outer one",
     "m = metrics.missing()\n"
     "for m in m.services max 3 {\n"
     "}",
     "3:5: `m` is defined on line 2 already; take another name\n"},
    {"a name that is taken", "alert = find_onset()",
     "2:1: `alert` is there in every runbook; take another name\n"},
    {"a word of the language", "for = find_onset()",
     "2:1: `for` is a word of the language; take another name\n"},
    {"`=` is no comparison",
     "if alert.symptom = \"latency\" {\n"
     "}",
     "2:18: `=` names a result, it compares nothing; write `==`\n"},
    {"a symptom that is none",
     "if alert.symptom == \"latncy\" {\n"
     "}",
     "2:21: no symptom is called so; did you mean `latency`?\n"},
    {"texts have no order",
     "if alert.name < \"b\" {\n"
     "}",
     "2:15: a text is neither more nor less than another; use == or !=\n"},
    {"a text is no test",
     "if alert.name {\n"
     "}",
     "2:4: a text is neither true nor false; compare it with something\n"},
    {"numbers of both kinds compare",
     "if case.findings > 1.5 and 3 <= case.findings {\n"
     "}",
     ""},
    {"a number and a text do not",
     "if case.findings == \"x\" {\n"
     "}",
     "2:18: a whole number cannot be compared with a text\n"},
    {"windows do not",
     "if case.window != case.window {\n"
     "}",
     "2:16: a window cannot be compared\n"},
    {"bools have no order",
     "if case.changed > false {\n"
     "}",
     "2:17: a bool is neither more nor less than another; use == or !=\n"},
    {"bools do compare",
     "if case.changed == sources.logs and not true {\n"
     "}",
     ""},
    {"brackets in a test",
     "if (case.changed) {\n"
     "    find_onse()\n"
     "}\n"
     "find_onse()",
     "2:4: there are no brackets around a value; leave them out; `and` binds more tightly than "
     "`or`\n"},
    {"signs of other languages",
     "if case.changed && !sources.logs || sources.traces {\n"
     "}",
     "2:17: there is no `&&`; write `and`\n"
     "2:20: there is no `!`; write `not`\n"
     "2:34: there is no `||`; write `or`\n"},
    {"three sides",
     "if 1 < case.findings < 3 {\n"
     "}",
     "2:22: a comparison has two sides; write `a < b and b < c`\n"},
    {"a side that is missing",
     "if case.changed and {\n"
     "}",
     "2:21: something to test is wanted, not `{`\n"},
    {"a loop must say how often",
     "m = metrics.missing()\n"
     "for s in m.services {\n"
     "    find_onse()\n"
     "}",
     "3:1: for needs `max N`; say how many rows at most, such as `max 5`\n"},
    {"and how often has bounds",
     "m = metrics.missing()\n"
     "for s in m.services max 0 {\n"
     "}\n"
     "for s in m.services max 101 {\n"
     "}",
     "3:25: `max` lies between 1 and 100\n"
     "5:25: `max` lies between 1 and 100\n"},
    {"a loop goes over rows",
     "for s in case.window max 3 {\n"
     "    metrics.onset(alert: s.x)\n"
     "}",
     "2:10: this is a window, not rows; only a field of the type rows can be looped over\n"},
    {"a loop over a record",
     "m = metrics.missing()\n"
     "for s in m max 3 {\n"
     "}",
     "3:10: `m` is no value by itself; say which of its fields: `services`\n"},
    {"a loop over a call",
     "for s in metrics.missing() max 3 {\n"
     "}\n"
     "find_onse()",
     "2:25: `max` is wanted behind the rows, not `(`; write `for s in suspects.rows max 5 {`\n"},
    {"a column that is not there",
     "m = metrics.missing()\n"
     "for s in m.services max 3 {\n"
     "    events.warnings(object: s.servce)\n"
     "}",
     "4:31: `s` has no `servce`; did you mean `service`?\n"},
    {"`of` for `in`",
     "for s of m.services max 3 {\n"
     "    find_onse()\n"
     "} else {\n"
     "}\n"
     "find_onse()",
     "2:7: `in` is wanted behind the name of the row, not `of`; write `for s in suspects.rows max "
     "5 {`\n"},
    {"a word that is none",
     "fro s in m.services max 3 {\n"
     "}",
     "2:1: no statement begins with `fro`; did you mean `for`?\n"},
    {"only calls in `parallel`",
     "parallel {\n"
     "    if case.changed {\n"
     "    }\n"
     "}",
     "3:5: only calls can stand within `parallel`; put it above or below that block\n"},
    {"and they do not wait for each other",
     "parallel {\n"
     "    a = metrics.onset(alert: alert.starts)\n"
     "    metrics.shifts(onset: a.onset)\n"
     "}\n"
     "metrics.shifts(onset: a.onset)",
     "4:27: `a` is a result of the same `parallel`, where no step waits for another; use it below "
     "that block\n"},
    {"a brace that is missing",
     "if case.changed\n"
     "    find_onset()\n"
     "}\n"
     "find_onse()",
     "2:16: `{` is missing behind the test\n"},
    {"a closing brace that is missing",
     "    if case.changed {\n"
     "        find_onset()\n"
     "    for s in x.y max 3 {\n"
     "    }",
     "2:21: this `{` is not closed; write `}` where its block ends\n"},
    {"a closing brace too many",
     "}\n"
     "find_onse()",
     "3:1: nothing may follow the end of the runbook, and here is `find_onse`; is there a `}` too "
     "many above?\n"},
    {"an `else` alone",
     "else {\n"
     "}\n"
     "find_onse()",
     "2:1: there is no `if` to this `else`\n"},
    {"a lead has texts", "suppose a is alert.starts because 3",
     "2:14: whom it is about is a text, not a time\n"
     "2:35: the reason is a text, not a whole number; write it in double quotes\n"},
    {"a lead has a reason",
     "suppose a is alert.service\n"
     "find_onse()",
     "2:27: suppose needs a reason; write `because \"...\"`\n"},
    {"a lead `is` someone", "suppose a alert.service because \"x\"",
     "2:11: `is` is wanted behind the name, not `alert`; write `suppose culprit is s.service "
     "because \"...\"`\n"},
    {"only what was supposed is verified",
     "m = metrics.missing()\n"
     "verify m {\n"
     "}\n"
     "verify n {\n"
     "}",
     "3:8: `m` is nothing that was supposed; write `suppose m is ... because ...` above\n"
     "5:8: there is no `n`; a name is a result, the row of a loop, a lead, `alert`, `case`, "
     "`sources` "
     "or `shows`\n"},
    {"a lead is verified once at a time",
     "suppose a is alert.service because \"x\"\n"
     "verify a {\n"
     "    verify a {\n"
     "    }\n"
     "}",
     "4:12: `a` is being verified already; leave the inner one out\n"},
    {"refuted where it is verified",
     "suppose a is alert.service because \"x\"\n"
     "suppose b is alert.service because \"x\"\n"
     "verify a {\n"
     "    verify b {\n"
     "        refute a because \"y\"\n"
     "    }\n"
     "    refute a because b.because\n"
     "}\n"
     "refute b because \"z\"",
     "6:16: `a` is not what is verified here; put it into `verify a { ... }`\n"
     "10:8: `b` is not what is verified here; put it into `verify b { ... }`\n"},
    {"a lead has two fields",
     "suppose a is alert.service because \"x\"\n"
     "events.warnings(object: a.name)",
     "3:27: `a` has no `name`; it has `subject` and `because`\n"},
    {"a runbook that is not there", "follow othr",
     "2:8: no runbook `othr`; did you mean `other`?\n"},
    {"itself", "follow test", "2:8: `test` cannot follow itself; it would never end\n"},
    {"limits",
     "limit steps 0, time 2h, speed 4\n"
     "find_onse()",
     "2:13: this limit lies between 1 and 1000\n"
     "2:21: this limit lies between 1ms and 1h\n"
     "2:25: no limit is called `speed`; there are steps, time and tokens\n"},
    {"limits that are given twice", "limit steps 3, steps 4",
     "2:22: this limit is given twice; leave one of them\n"},
    {"limits of the wrong kind",
     "limit time 90\n"
     "find_onse()",
     "2:12: a span is wanted, not `90`; write `time 90s`\n"},
    {"a guard knows no steps",
     "when o.votes > 3 or alert.symtom == \"x\"\n"
     "o = metrics.onset(alert: alert.starts)",
     "2:6: `when` is read before any step has run: there is no `o` yet; it can use `alert`, "
     "`case`, "
     "`sources` or `shows`\n"
     "2:27: `alert` has no `symtom`; did you mean `symptom`?\n"},
    {"the head has an order",
     "limit steps 5\n"
     "when case.changed\n"
     "find_onse()",
     "3:1: `when` stands at the top of a runbook, once; put it first, above `limit`\n"},
    {"one head",
     "find_onset()\n"
     "limit steps 5\n"
     "find_onse()",
     "3:1: `limit` stands at the top of a runbook, once; put all limits into one, below `when`\n"},
    {"depth",
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "if case.changed {\n"
     "find_onset()\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n"
     "}\n",
     "18:17: more than 16 blocks within each other; make a runbook of it, and `follow` that\n"},
    {"brackets that open and open", "find_onset((((((",
     "2:12: each argument of `find_onset` is named; write `NAME: VALUE`\n"},
    {"words that begin and begin", "if if if if", "2:4: something to test is wanted, not `if`\n"},
    {"too much at worst",
     "m = metrics.missing()\n"
     "for a in m.services max 100 {\n"
     "    find_onset()\n"
     "    for b in m.services max 20 {\n"
     "        find_onset()\n"
     "    }\n"
     "}",
     "3:25: at worst this makes 2101 calls, 2100 of them in this loop; 1000 are the most; `max 47` "
     "would do\n"},
    {"of two branches only the dearer counts",
     "m = metrics.missing()\n"
     "for a in m.services max 100 {\n"
     "    if case.changed {\n"
     "        find_onset()\n"
     "        find_onset()\n"
     "    } else {\n"
     "        parallel {\n"
     "            find_onset()\n"
     "            find_onset()\n"
     "            find_onset()\n"
     "        }\n"
     "    }\n"
     "    if case.changed {\n"
     "        find_onset()\n"
     "        find_onset()\n"
     "        find_onset()\n"
     "        find_onset()\n"
     "        find_onset()\n"
     "        find_onset()\n"
     "    }\n"
     "}",
     ""},
    {"nothing is within",
     "m = metrics.missing()\n"
     "for a in m.services max 99 {\n"
     "    for b in m.services max 99 {\n"
     "        for c in m.services max 99 {\n"
     "            for d in m.services max 99 {\n"
     "                for e in m.services max 99 {\n"
     "                    find_onset()\n"
     "                }\n"
     "            }\n"
     "        }\n"
     "    }\n"
     "}",
     "3:25: at worst this makes more than 4294967294 calls; 1000 are the most; lower it, and what "
     "is within\n"},
};

static const struct case_of_text texts[] = {
    {"nothing", "",
     "1:1: there is no runbook in here; write `runbook NAME \"what it is for\" { ... }`\n"},
    {"nothing but a comment", "# nothing\n",
     "2:1: there is no runbook in here; write `runbook NAME \"what it is for\" { ... }`\n"},
    {"no runbook",
     "runbok a \"b\" {\n"
     "}\n",
     "1:1: a runbook begins with `runbook`, not with `runbok`; write `runbook NAME \"what it is "
     "for\" {`\n"},
    {"no name",
     "runbook \"b\" {\n"
     "}\n",
     "1:9: the name of the runbook is wanted, not a text\n"},
    {"no text",
     "runbook a {\n"
     "}\n",
     "1:11: a text that says what it is for is wanted, not `{`; write `runbook NAME \"what it is "
     "for\" {`\n"},
    {"no brace",
     "runbook a \"b\"\n"
     "    find_onset()\n"
     "}\n",
     "1:14: `{` is missing behind the heading\n"},
    {"two of them",
     "runbook a \"b\" {\n"
     "}\n"
     "runbook c \"d\" {\n"
     "}\n",
     "3:1: a file holds one runbook; put it into a file of its own\n"},
    {"not closed",
     "runbook a \"b\" {\n"
     "    find_onset()\n",
     "1:15: this `{` is not closed; write `}` where its block ends\n"},
    {"not closed further in",
     "runbook a \"b\" {\n"
     "    if case.changed {\n"
     "        find_onset()\n"
     "}\n",
     "2:21: this `{` is not closed; write `}` where its block ends\n"},
    {"no UTF-8, counted in characters",
     "runbook a \"\xc3\xa9\" {\n"
     "    # \xe2\x82\xac \xe9\n"
     "}\n",
     "2:9: byte 28, 0xe9, is no UTF-8; save the file as UTF-8\n"},
    {"overlong UTF-8",
     "runbook a \"\xc0\x80\" {\n"
     "}\n",
     "1:12: byte 12, 0xc0, is no UTF-8; save the file as UTF-8\n"},
    {"a control character",
     "runbook a \"b\x1b[2J\" {\n"
     "}\n",
     "1:13: the control character U+001B; take it out\n"},
    {"a control character beyond ASCII",
     "runbook a \"\xc2\x85\" {\n"
     "}\n",
     "1:12: the control character U+0085; take it out\n"},
    {"a line end of old", "runbook a \"b\" {\r}\n",
     "1:16: the control character U+000D; take it out\n"},
    {"what turns the direction of reading",
     "runbook a \"b\" {\n"
     "    # \xe2\x80\xae\n"
     "}\n",
     "2:7: U+202E turns the direction of reading; take it out\n"},
};

/* ---- the tests ---- */

/* There is one other runbook, `other`. */
static struct library *library_of_one(struct arena *arena)
{
    struct library *library = arena_push(arena, struct library);
    struct runbook *other;
    struct problem *problems;
    assert_true(runbook_parse(arena, STR("runbook other \"another\" {\n}\n"), &other, &problems));
    library->books = other;
    assert_true(library_check(arena, library, &problems));
    return library;
}

static struct str problems_of(struct arena *arena, struct str text)
{
    struct runbook *book;
    struct problem *problems = NULL;
    struct buf out = buf_new(arena);
    const bool parsed = runbook_parse(arena, text, &book, &problems);
    assert_non_null(book);
    if (parsed && runbook_check(arena, book, library_of_one(arena), &problems))
        assert_null(problems);
    else
        assert_non_null(problems);
    runbook_print_problems(problems, STR(""), &out);
    return buf_str(&out);
}

static int count_wrong(const struct case_of_text *cases, size_t count, const char *before,
                       const char *behind)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_new("test");
        const struct str text = str_printf(arena, "%s%s%s", before, cases[i].text, behind);
        const struct str said = problems_of(arena, text);
        if (strcmp(said.ptr, cases[i].want) != 0) {
            print_message("%s:\n%s\n--- says:\n%s--- wanted:\n%s\n", cases[i].why, cases[i].text,
                          said.ptr, cases[i].want);
            wrong++;
        }
        arena_free(arena);
    }
    return wrong;
}

static void a_wrong_statement_is_told_what_is_wrong(void **state)
{
    (void)state;
    assert_int_equal(
        count_wrong(bodies, sizeof bodies / sizeof *bodies, "runbook test \"a test\" {\n", "\n}\n"),
        0);
}

static void a_wrong_text_is_told_what_is_wrong(void **state)
{
    (void)state;
    assert_int_equal(count_wrong(texts, sizeof texts / sizeof *texts, "", ""), 0);
}

static uint32_t count_problems(const struct problem *problems)
{
    uint32_t count = 0;
    for (; problems; problems = problems->next)
        count++;
    return count;
}

/* As many times `line` as given, within a runbook. */
static struct str repeat(struct arena *arena, const char *line, uint32_t times)
{
    struct buf text = buf_new(arena);
    buf_printf(&text, "runbook test \"a test\" {\n");
    for (uint32_t i = 0; i < times; i++)
        buf_printf(&text, "%s", line);
    buf_printf(&text, "}\n");
    return buf_str(&text);
}

static void nobody_is_told_more_than_they_would_read(void **state)
{
    (void)state;
    static const char *const lines[] = {"brew()\n", "brew(\n", "{\n", "}\n", "\"\n", "a: $\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct arena *arena = arena_new("test");
        struct runbook *book;
        struct problem *problems;
        if (runbook_parse(arena, repeat(arena, lines[i], 900), &book, &problems))
            assert_false(runbook_check(arena, book, NULL, &problems));
        assert_non_null(problems);
        assert_in_range(count_problems(problems), 1, RUNBOOK_PROBLEMS_MAX + 1);
        for (const struct problem *it = problems; it->next; it = it->next)
            assert_true(it->at.line < it->next->at.line ||
                        (it->at.line == it->next->at.line && it->at.column <= it->next->at.column));
        arena_free(arena);
    }
}

static void a_text_has_bounds(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct runbook *book;
    struct problem *problems;
    const char *line = "find_onset()\n";
    assert_true(
        runbook_parse(arena, repeat(arena, line, RUNBOOK_STATEMENTS_MAX), &book, &problems));
    assert_false(
        runbook_parse(arena, repeat(arena, line, RUNBOOK_STATEMENTS_MAX + 1), &book, &problems));
    assert_string_equal(problems->text.ptr, "a runbook has at most 1000 statements");
    assert_int_equal(problems->at.line, RUNBOOK_STATEMENTS_MAX + 2);
    assert_null(problems->next);

    const struct str much = repeat(arena, "# a comment\n", RUNBOOK_BYTES_MAX / 12);
    assert_true(much.len > RUNBOOK_BYTES_MAX);
    assert_false(runbook_parse(arena, much, &book, &problems));
    assert_string_equal(problems->text.ptr, "a runbook is at most 256 kB long");
    assert_null(problems->next);
    arena_free(arena);
}

static void what_is_checked_is_resolved(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct runbook *book;
    struct problem *problems;
    assert_true(runbook_parse(arena,
                              STR("runbook test \"a test\" {\n"
                                  "    m = metrics.missing()\n"
                                  "    for s in m.services max 7 {\n"
                                  "        suppose culprit is s.service because \"it is silent\"\n"
                                  "        find_onset()\n"
                                  "    }\n"
                                  "    follow other\n"
                                  "}\n"),
                              &book, &problems));
    assert_false(book->checked);
    assert_true(runbook_check(arena, book, library_of_one(arena), &problems));
    assert_true(book->checked);
    assert_int_equal(book->slots_count, 3);
    assert_int_equal(book->worst.steps, 8);
    assert_int_equal(book->worst.leads, 7);
    assert_int_equal(book->worst.depth, 1);
    assert_true(book->worst.signals & (1u << SIGNAL_METRICS));

    const struct statement *call = book->body, *loop = call->next;
    assert_string_equal(call->call.tool->sig.name, "missing");
    assert_int_equal(loop->loop.rows.type, TYPE_ROWS);
    assert_int_equal(loop->loop.rows.path.root, ROOT_SLOT);
    assert_int_equal(loop->loop.rows.path.slot, call->call.slot);
    const struct expression *subject = &loop->loop.body->suppose.subject;
    assert_int_equal(subject->type, TYPE_TEXT);
    assert_int_equal(subject->path.slot, loop->loop.slot);
    assert_string_equal(loop->loop.body->next->call.actor->sig.name, "find_onset");
    assert_string_equal(loop->next->follow.book->name.ptr, "other");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_statement_is_told_what_is_wrong),
        cmocka_unit_test(a_wrong_text_is_told_what_is_wrong),
        cmocka_unit_test(nobody_is_told_more_than_they_would_read),
        cmocka_unit_test(a_text_has_bounds),
        cmocka_unit_test(what_is_checked_is_resolved),
    };
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
