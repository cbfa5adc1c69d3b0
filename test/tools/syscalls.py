#!/usr/bin/python3
"""Prints src/model/seccomp/numbers.ts: the numbers of the system calls, as libseccomp (python3-seccomp) has
them, and those that are newer than it."""
import seccomp

# Linux 5.17 to 6.18: scripts/syscall.tbl of the kernel; the same number on every architecture.
NEWER = dict(
    enumerate(
        "set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount "
        "lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat listxattrat removexattrat open_tree_attr "
        "file_getattr file_setattr".split(),
        450,
    )
)
OWN = {"X86_64": {335: "uretprobe"}}
# Numbers of their own, which libseccomp does not list, and those of kernels that are yet to come.
FURTHER = "breakpoint get_tls listns riscv_flush_icache riscv_hwprobe rseq_slice_yield set_tls usr26 usr32".split()
OTHERS = "X86 X32 ARM MIPS MIPS64 MIPS64N32 PARISC PPC PPC64LE S390 S390X RISCV64".split()


def names(arch):
    """{number: name}; pseudo numbers of libseccomp are negative, and are none."""
    found = {}
    for number in range(0, 7000):
        try:
            found[number] = seccomp.resolve_syscall(seccomp.Arch(getattr(seccomp.Arch, arch)), number).decode()
        except ValueError:
            pass
    return {**NEWER, **OWN.get(arch, {}), **found}


def lines(words):
    """At most 140 columns."""
    line = ""
    for word in words:
        if len(line) + len(word) > 130:
            yield line
            line = ""
        line += word + " "
    yield line.rstrip()


def table(words):
    return " +\n".join(f"  '{line}'" for line in lines(words))


def counted(calls):
    following = 0
    for number, name in sorted(calls.items()):
        if number != following:
            yield str(number)
        yield name
        following = number + 1


own = {arch: names(arch) for arch in ("X86_64", "AARCH64")}
known = {name for calls in own.values() for name in calls.values()}
print("/** Made by test/tools/syscalls.py. Names in the order of their numbers; a number is that of the next name. */")
for arch, calls in own.items():
    print(f"export const {arch} =\n{table(counted(calls))};\n")
others = sorted({*FURTHER, *(name for arch in OTHERS for name in names(arch).values())} - known)
print(f"/** Of other architectures, and newer ones. */\nexport const ELSEWHERE =\n{table(others)};")
