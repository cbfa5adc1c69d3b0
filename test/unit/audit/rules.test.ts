import { describe, expect, test } from 'vitest';
import { audit, type Finding } from '../../../src/audit/audit.ts';

const STRICT = 'set -Eeuo pipefail\n';

/** Codes and places of what is found in a script whose first line is the strict mode. */
async function found(script: string): Promise<readonly string[]> {
  return (await audit(`${STRICT}${script}\n`)).map(({ code, line, column }) => `${code} ${line - 1}:${column}`);
}

/** code: [scripts in which it is found, and where], [scripts in which nothing is found] */
const CASES: Readonly<Record<Finding['code'], { readonly bad: readonly (readonly [string, string])[]; readonly good: readonly string[] }>> = {
  A001: {
    bad: [['if true; then', '1:14'], ['echo "open', '1:11'], ['f() { ls; ', '1:10']],
    good: ['if true; then ls; fi', "echo 'if'", 'exec {pipe}<> <(:) {in}</proc/self/fd/"$pipe" {pipe}>&-'],
  },
  A002: {
    bad: [
      ['docker run x', '1:1'],
      ['/usr/bin/docker run x', '1:1'],
      ['echo "$(jq . file)"', '1:9'],
      ['unshare --net --wd / -- docker x', '1:25'],
      ['setpriv --reuid 5 --no-new-privs env -i A=b docker', '1:45'],
      ['flock -w 3 /run/lock docker', '1:22'],
      ['find / -name x -exec docker {} +', '1:22'],
      ['ip netns exec n docker', '1:17'],
      ['bash -c \'docker "$1"\' bash "$x"', '1:10'],
      ['script -qec "docker x" /dev/null', '1:14'],
      ['trap "docker x" EXIT', '1:7'],
      ['run() { local why=$1; shift; "$@"; }\nrun "why" docker x', '2:11'],
      ['run() { shift; "$@"; }\nlong() { shift 1; run why "$@"; }\nlong a docker', '3:8'],
      ['late() { echo x; "${@:3}"; }\nlate 1 2 docker', '2:10'],
      ['a=1 b=2\ndocker', '2:1'],
      ['a=(docker run)\n"${a[@]}" x', '1:4'],
      ['a=(setsid)\na+=(env A=b)\n"${a[@]}" docker', '3:11'],
      ['a=()\na+=(docker)\nsetsid "${a[@]}"', '2:5'],
      ['f() { a=(docker); }\ng() { "${a[@]}"; }', '1:10'],
      ['a=docker\n"$a" x', '1:3'],
      ['f() { set -- docker "$@"; "$@"; }', '1:14'],
      ['a=(A=b docker)\nenv -i "${a[@]}"', '1:8'],
      ['a=("${b[@]}")\nb=(docker)\n"${a[@]}"', '2:4'],
    ],
    good: [
      'ip link add x type bridge',
      'f() { :; }\nf',
      'run() { shift; "$@"; }\nrun "why" mkdir -p /x\nrun "why" run again ls',
      'unshare --net bash -c \'inner "$@"\' x\ninner() { ls; }',
      '"$command" x',
      'a=(docker)\necho "${a[@]}"',
      'a=(echo)\na+=(docker)\n"${a[@]}"',
      'f() { local a=docker; echo "$a"; }\ng() { "$a"; }',
      'f() { a=(docker); echo "${a[@]}"; }\ng() { local a=(ls); "${a[@]}"; }',
      'a=("${a[@]}")\n"${a[@]}"',
      'f() { set -- docker; ls "$@"; }',
      'a=(A=b)\nenv "${a[@]}"',
      'echo docker',
      'cat <<END\ndocker\nEND',
      'exec {fd}<file {other}>&-',
      'env -i A=docker ls',
      'command -v docker',
      'flock "$fd"',
      'trap - EXIT\ntrap "" INT',
      'for s in INT TERM; do trap \'exit \'"$s" "$s"; done',
      '[ -d /x ] || exit 1',
    ],
  },
  A003: {
    bad: [
      ['eval "$x"', '1:1'],
      ['source /etc/os-release', '1:1'],
      ['. "$x"', '1:1'],
      ['a=(source "$x")\n"${a[@]}"', '1:4'],
      ['a=(bash -c "ls $x")\n"${a[@]}"', '1:12'],
      ['a=(bash -c)\n"${a[@]}" "$x"', '2:11'],
      ['a=eval\n"$a" x', '1:3'],
      ['bash -c "ls $x"', '1:9'],
      ['unshare --net bash -ec "$x"', '1:24'],
      ['trap "rm $x" EXIT', '1:6'],
      ["bash -c 'eval \"$1\"' bash x", '1:10'],
    ],
    good: ["bash -c 'ls \"$1\"' bash \"$x\"", "trap 'exit 143' TERM", 'bash file', 'unwind() { :; }\ntrap unwind EXIT'],
  },
  A004: {
    bad: [
      ['ls $x', '1:4'],
      ['ls a$x', '1:5'],
      ['$x', '1:1'],
      ['ls $(ls)', '1:4'],
      ['for i in $x; do :; done', '1:10'],
      ['a=($x)', '1:4'],
      ['ls >$x', '1:5'],
      ['ls $@', '1:4'],
      ['ls ${x:-y}', '1:4'],
      ['[ -n $x ]', '1:6'],
      ['bash -c \'ls $1\' bash', '1:13'],
    ],
    good: [
      'ls "$x" "${x[@]}" "$(ls "$x")"',
      'a=$x b=$(ls)\nlocal c=$x',
      'a=$x/b/$1\n[[ -n $a ]] && ((a + $b))',
      'case $x in $y) ;; esac',
      'cat <<<$x',
      'cat <<END\n$x $(ls)\nEND',
      'exec >&$fd',
      'echo $? $$ $# ${#x} $((1 + $x))',
      'echo "${x:-$y}" "${x#"$y"}"',
      'for i in "${x[@]}"; do :; done',
    ],
  },
  A005: {
    bad: [['ls || true', '1:4'], ['ls ||\n  :', '1:4'], ['ls || : >x', '1:4']],
    good: ['ls || true # it may be empty', 'ls || exit 1', 'ls && true'],
  },
  A006: {
    bad: [['curl -o x https://mirror.example/x', '1:1'], ['run() { shift; "$@"; }\nrun why curl x', '2:9']],
    good: ['curl -o x https://mirror.example/x\nsha256sum --check sums', 'echo curl'],
  },
  A007: { bad: [], good: ['set -x'] },
};

for (const [code, { bad, good }] of Object.entries(CASES)) {
  describe(code, () => {
    test.each(bad)('%s', async (script, place) => expect((await found(script)).filter((each) => each.startsWith(code))).toContain(`${code} ${place}`));
    test.each(good)('nothing in: %s', async (script) => expect(await found(script)).toEqual([]));
  });
}

describe('A007', () => {
  test.each(['ls', 'set -eu', 'set -Eeu -o pipefai', 'f() { set -Eeuo pipefail; }'])('%s', async (script) => {
    expect((await audit(script)).map(({ code }) => code)).toEqual(['A007']);
  });
  test.each(['set -Eeuo pipefail', 'set -Ee\nset -u -o pipefail'])('nothing in: %s', async (script) => expect(await audit(script)).toEqual([]));
});
