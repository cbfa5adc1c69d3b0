#!/usr/bin/env bats
# An interactive session, by a person's means: tmux types and reads the screen.
load helper

setup_file() {
  begin debian
  compile terminal <<'YAML'
name: terminal
services:
  shell: {image: "tar:${DEBIAN}", network_mode: none, command: bash --norc}
  counting:
    image: tar:${DEBIAN}
    network_mode: none
    init: true
    tty: true
    command:
      - perl
      - -e
      - |
        $$| = 1;
        $$SIG{INT} = sub { print "INT ", ++$$count, "\n" };
        $$SIG{TERM} = sub { print "ended after $$count\n"; exit };
        print "counting\n";
        select undef, undef, undef, 1 while 1;
x-cash: {root: "${ROOT}"}
YAML
  cash pull
}
teardown_file() { finish; }

setup() {
  tmux -L cashtest -f /dev/null new-session -d -x 100 -y 30 'env PS1="outer> " bash --norc' 3>&-
  type_keys "${SCRIPT} run shell"
  eventually 30 on_screen 'bash-5' || screen
}
# Neither the terminal nor the container is there when the next test comes.
teardown() {
  tmux -L cashtest kill-server || true # it may have ended with its shell
  eventually 30 server_gone
  eventually 30 container_gone
}

server_gone() { ! tmux -L cashtest list-sessions 2>/dev/null; }
container_gone() { [[ ! -e /run/cash/terminal/containers/shell && ! -e ${ROOT}/containers/terminal/shell ]]; }
running() { pgrep -fx "$1" >/dev/null; }
screen() {
  tmux -L cashtest capture-pane -p
  false
}

type_keys() { tmux -L cashtest send-keys "$1" Enter; }
cleared() { on_screen 'outer>' && ! on_screen 'bash-5'; }
prompt_again() { [[ $(tmux -L cashtest capture-pane -p | grep -c 'outer>') == 2 ]]; }
# follows REGEX: the size; asked for again, as the window changes in its own time.
follows() {
  type_keys 'stty size'
  sleep 1
  on_screen "$1"
}
on_screen() { tmux -L cashtest capture-pane -p | grep -qE -- "$1"; }

@test 'a terminal of its own, with a name and a size that follows' {
  type_keys 'tty; stty size'
  eventually 30 on_screen '^/dev/console'
  eventually 30 on_screen '^30 100'
  tmux -L cashtest resize-window -x 90 -y 25
  eventually 30 follows '^25 90'
}

@test 'Ctrl-C ends the command, Ctrl-Z stops it; neither the container' {
  type_keys 'sleep 1000'
  eventually 30 running 'sleep 1000'
  tmux -L cashtest send-keys C-c
  type_keys 'sleep 1001'
  eventually 30 running 'sleep 1001'
  tmux -L cashtest send-keys C-z
  eventually 30 on_screen 'Stopped +sleep 1001'
  type_keys 'kill %1; echo still here'
  eventually 30 on_screen '^still here'
}

@test 'its exit status is ours, and the terminal is as before' {
  type_keys 'exit 5'
  eventually 30 prompt_again
  type_keys 'echo "status $?"; stty -a | grep -o -- "[-]*icanon"'
  eventually 30 on_screen '^status 5'
  eventually 30 on_screen '^icanon'
}

@test 'init: true: what the terminal sends, and kill, its command gets once' {
  type_keys exit
  eventually 30 prompt_again || screen
  type_keys "${SCRIPT} run counting"
  eventually 30 on_screen '^counting' || screen
  tmux -L cashtest send-keys C-c
  eventually 30 on_screen 'INT 1' || screen
  cash kill -s INT counting
  eventually 30 on_screen 'INT 2' || screen
  cash kill -s TERM counting
  eventually 30 on_screen 'ended after 2' || screen
}

@test 'Ctrl-P Ctrl-Q leaves it: it runs on, with a log, and attach comes back; its exit status is that of attach' {
  type_keys 'A=kept'
  tmux -L cashtest send-keys C-p C-q
  eventually 30 prompt_again
  assert_equal "$(cash ps --json | jq -r '.[].state')" running
  type_keys "clear; ${SCRIPT} attach shell"
  type_keys 'echo "A is $A"'
  eventually 30 on_screen '^A is kept'
  eventually 30 in_log 'A is kept'
  tmux -L cashtest resize-window -x 90 -y 25
  eventually 30 follows '^25 90'
  type_keys 'exit 5'
  eventually 30 on_screen 'outer>'
  type_keys 'echo "status $?"; stty -a | grep -o -- "[-]*icanon"'
  eventually 30 on_screen '^status 5'
  eventually 30 on_screen '^icanon'
}
in_log() { cash logs shell | grep -qF "$1"; }

@test 'exec -it: Ctrl-C, Ctrl-Z, a size that follows; Ctrl-P Ctrl-Q leaves it running' {
  tmux -L cashtest send-keys C-p C-q
  eventually 30 prompt_again
  type_keys "clear; ${SCRIPT} exec -it shell bash --norc"
  eventually 30 on_screen 'bash-5'
  type_keys 'sleep 1000'
  eventually 30 running 'sleep 1000'
  tmux -L cashtest send-keys C-c
  type_keys 'sleep 1001'
  eventually 30 running 'sleep 1001'
  tmux -L cashtest send-keys C-z
  eventually 30 on_screen 'Stopped +sleep 1001'
  tmux -L cashtest resize-window -x 90 -y 25
  type_keys clear
  eventually 30 follows '^25 90'
  type_keys 'exec sleep 1002'
  eventually 30 running 'sleep 1002'
  tmux -L cashtest send-keys C-p C-q
  eventually 30 on_screen 'outer>'
  running 'sleep 1002'
  cash rm -f shell
}

@test '--detach-keys: other keys leave exec, attach and run; their beginning alone is input, and so are Ctrl-P Ctrl-Q' {
  tmux -L cashtest send-keys C-p C-q
  eventually 30 prompt_again
  type_keys "clear; ${SCRIPT} exec --detach-keys ctrl-a,ctrl-b,x -it shell cat -v"
  eventually 30 running 'cat -v'
  tmux -L cashtest send-keys C-p C-q C-a C-a C-b y C-a C-b
  type_keys ''
  eventually 30 on_screen '\^P.*\^A\^A\^By\^A\^B$'
  tmux -L cashtest send-keys C-a C-b x
  eventually 30 on_screen 'outer>'
  running 'cat -v'
  type_keys "clear; ${SCRIPT} attach --detach-keys=ctrl-] shell"
  type_keys 'echo "here $((6 * 7))"'
  eventually 30 on_screen '^here 42'
  tmux -L cashtest send-keys C-]
  eventually 30 on_screen 'outer>'
  cash rm -f shell
  type_keys clear
  eventually 30 cleared
  type_keys "${SCRIPT} run --detach-keys x,y shell"
  eventually 30 on_screen 'bash-5'
  tmux -L cashtest send-keys x x y
  eventually 30 prompt_again
  assert_equal "$(cash ps --json | jq -r '.[].state')" running
  cash rm -f shell
  run cash attach --detach-keys ctrl-1 shell
  assert_status 2
  assert_output -p '--detach-keys ctrl-1: characters or ctrl-CHARACTER are wanted, with commas between: ctrl-p,ctrl-q'
  for keys in '' a A,ctrl-a,- 'ctrl-@,ctrl-[,ctrl-\,ctrl-],ctrl-^,ctrl-_'; do
    run cash attach --detach-keys "${keys}" shell
    assert_status 125
    assert_output -p 'does not run'
  done
  for keys in ',' 'a,' ',a' ab 'a b' ctrl- ctrl-aa $'a\nb'; do
    run cash attach --detach-keys "${keys}" shell
    assert_status 2
  done
}
