# Programs for x86_64 that make one system call: `load calls` after helper. Their exit status is its errno, 0 where it was done.
# shellcheck shell=bash

# probe FILE NUMBER [ARGUMENT [ARGUMENT [GATE]]]: a static program; GATE int80 is that of i386.
probe() {
  local code=''
  bytes 0xb8 && little "$2" 4                   # mov eax, NUMBER
  bytes 0x48 0xbf && little "${3:-0}" 8         # mov rdi, ARGUMENT
  bytes 0x48 0xbe && little "${4:-0}" 8         # mov rsi, ARGUMENT
  bytes 0x31 0xd2 0x45 0x31 0xd2 0x45 0x31 0xc0 # the others are 0
  [[ ${5:-} == int80 ]] && bytes 0xcd 0x80 || bytes 0x0f 0x05
  bytes 0x31 0xff 0x85 0xc0 0x79 0x04 0x89 0xc7 0xf7 0xdf # edi = eax < 0 ? -eax : 0
  bytes 0xb8 && little 60 4 && bytes 0x0f 0x05            # exit(edi)
  local program=${code} size=$((120 + ${#code} / 4))
  code='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00' # elf(5)
  little 2 2 && little 62 2 && little 1 4 && little 0x400078 8 && little 64 8 && little 0 8 && little 0 4
  little 64 2 && little 56 2 && little 1 2 && little 0 6
  little 1 4 && little 5 4 && little 0 8 && little 0x400000 8 && little 0x400000 8 && little "${size}" 8 && little "${size}" 8 && little 4096 8
  # shellcheck disable=SC2059 # escapes
  printf "${code}${program}" >"$1"
  chmod 755 "$1"
}
bytes() {
  local one
  for one; do printf -v code '%s\\x%02x' "${code}" "${one}"; done
}
# little VALUE COUNT: the lowest byte first.
little() {
  local value=$1 at
  for ((at = 0; at < $2; at++)); do bytes "$((at < 8 ? value >> 8 * at & 255 : 0))"; done
}
