#!/usr/bin/python3
"""Standard input: {"arch", "default": ACTION, "rules": [{"name", "action": ACTION, "args": [[INDEX, OPERATOR, VALUE, MASK|null]]}]}, an ACTION is
[NAME, DATA]. Standard output: the filter that libseccomp makes of it. What the library does not know by name is left out."""
import json
import sys

import seccomp

ACTIONS = {"allow": lambda _: seccomp.ALLOW, "errno": seccomp.ERRNO, "log": lambda _: seccomp.LOG, "trace": seccomp.TRACE, "trap": lambda _: seccomp.TRAP,
           "kill_process": lambda _: seccomp.KILL_PROCESS, "kill_thread": lambda _: seccomp.KILL}


def action(pair):
    return ACTIONS[pair[0]](pair[1])


def argument(index, operator, value, mask):
    if operator == "masked":
        return seccomp.Arg(index, seccomp.MASKED_EQ, int(mask), int(value))
    return seccomp.Arg(index, getattr(seccomp, operator.upper()), int(value))


profile = json.load(sys.stdin)
arch = seccomp.Arch(getattr(seccomp.Arch, profile["arch"]))
made = seccomp.SyscallFilter(action(profile["default"]))
made.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.ERRNO(38))
if not made.exist_arch(arch):
    made.add_arch(arch)
    made.remove_arch(seccomp.Arch())
for rule in profile["rules"]:
    try:
        number = seccomp.resolve_syscall(arch, rule["name"])
    except ValueError:
        continue
    if number >= 0 and rule["action"] != profile["default"]:
        made.add_rule(action(rule["action"]), rule["name"], *[argument(*each) for each in rule["args"]])
made.export_bpf(sys.stdout)
