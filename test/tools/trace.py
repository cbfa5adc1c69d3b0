#!/usr/bin/env python3
"""Reads what `strace -f -e trace=%process,open,openat,creat -s 65536 -o FILE` has written of a Bash script.

trace.py execs FILE   every command executed, a line each as JSON, in the order of their beginning
trace.py steps FILE   those that the script's own process waits for, in order: a background copy or removal, and the container, apart
trace.py writes FILE  every file that Bash itself opened for writing, in order, but the audit log, which says what was done and not by which way
Pids and the last digit of an interface's name are replaced by N: they differ from run to run.
"""
import json
import re
import sys

CALL = re.compile(r'^(\d+) +(\w+)\((.*)$')
RESUMED = re.compile(r'^(\d+) +<\.\.\. (\w+) resumed>(.*)$')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
OWN = re.compile(r'^(/run/cash/[^/]+/(audit|script)|/dev/(null|tty|stderr|stdout|fd/.*)|/proc/self/fd/.*|/tmp/sh-thd.*|pipe:.*)$')


def normal(text):
    text = re.sub(r'/proc/\d+', '/proc/N', text)
    text = re.sub(r'^(--namespace=/proc/self/fd/)\d+$', r'\1N', text)
    text = re.sub(r'\b(ve[0-9a-f]{12})\d\b', r'\1N', text)
    return text


def calls(path):
    """(pid, name, arguments and result) of each call that succeeded, in the order of their beginning."""
    begun, out = {}, []
    for line in open(path, encoding='utf-8', errors='replace'):
        line = line.rstrip('\n')
        if match := RESUMED.match(line):
            index = begun.pop(match[1], None)
            if index is not None:
                pid, name, rest = out[index]
                out[index] = (pid, name, rest + match[3])
        elif match := CALL.match(line):
            rest = match[3]
            if rest.endswith('<unfinished ...>'):
                begun[match[1]] = len(out)
                rest = rest[:-len('<unfinished ...>')]
            out.append((match[1], match[2], rest))
    return [call for call in out if not re.search(r'= (-1 E\w+|\?)', call[2][-120:])]


def words(rest):
    listed = rest[rest.index('['):]
    return [normal(bytes(word, 'utf-8').decode('unicode_escape')) for word in STRING.findall(listed)]


def study(path):
    parent, program, execs, writes = {}, {}, [], []
    first = None
    for pid, name, rest in calls(path):
        first = first or pid
        if name in ('clone', 'clone3', 'fork', 'vfork') and (made := re.search(r'= (\d+)', rest[-40:])):
            parent[made[1]] = pid
            program.setdefault(made[1], program.get(pid))
        elif name == 'execve':
            argv = words(rest)
            if argv[:2] == ['ls', '-ldLn']:  # who can change the script: asked once in its life, and by no plan
                continue
            if argv[:2] == ['stat', '--format=%i']:  # whether it is a subvolume: it changes nothing, and a plan asks it, too
                continue
            program[pid] = 'bash' if argv[0].endswith('.sh') else argv[0].rsplit('/', 1)[-1]
            execs.append((pid, argv))
        elif name in ('open', 'openat', 'creat') and re.search(r'O_WRONLY|O_RDWR|O_CREAT', rest) and program.get(pid, 'bash') in ('bash', None):
            target = normal(STRING.search(rest)[1])
            again = target.endswith('/cgroup.kill') and target in [each for _, each in writes[-1:]]  # until all have ended
            if not OWN.match(target) and not again:
                writes.append((pid, target))
    return first, parent, execs, writes


def collapsed(first, parent, execs):
    """Each process's parent; a subshell that only waits for one command, as Bash makes for $(…) where it has a trap, left out."""
    executed = {pid for pid, _ in execs}
    children = list(parent.values())
    for pid in parent:
        while parent[pid] != first and parent[pid] in parent and parent[pid] not in executed and children.count(parent[pid]) == 1:
            parent[pid] = parent[parent[pid]]
    return parent


def steps(first, parent, execs):
    parent = collapsed(first, dict(parent), execs)
    aside = set()
    for pid, argv in execs:
        if argv[:3] == ['btrfs', '-q', 'subvolume'] and argv[3] in ('snapshot', 'delete') or 'unshare' in argv[:3] or argv == ['nft', '-f', '-'] or argv[0] == 'perl' and argv[-1] in ('in', 'out'):
            aside.add(pid)  # and what it becomes: unshare executes another one in its place, beside the rest of a pipeline
        elif parent.get(pid) == first and pid not in aside:
            yield argv


def main():
    kind, path = sys.argv[1:]
    first, parent, execs, writes = study(path)
    if kind == 'execs':
        lines = [json.dumps(argv) for pid, argv in execs if pid != first and argv[0] not in ('flock', 'sleep')]
    elif kind == 'steps':
        lines = [json.dumps(argv) for argv in steps(first, parent, execs) if argv[0] not in ('flock', 'sleep')]
    else:
        lines = [target for pid, target in writes if pid == first] + sorted(target for pid, target in writes if pid != first)
    print('\n'.join(lines))


main()
