# ── help: the same bytes in every script ─────────────────────────────────────────────────────────
command_help() {
  local VERB
  for VERB; do known_command "$VERB"; done
  (($#)) || echo "usage: $0 [--verbose] [--set NAME=VALUE]… [--profile NAME]… COMMAND"
  for VERB in "${@:-${COMMANDS[@]}}"; do "help_$VERB"; done
  (($#)) || echo "services: ${SERVICES[*]}"
}

help_check() { echo '  check [NAME…]         what this host needs to have, and whether it does; of containers that run: whether they are as defined'; }
help_plan() { echo '  plan [-o FILE|--json] [--explain] [COMMAND…]
                        the commands that COMMAND would execute now, as a Bash script; exit 0 nothing to do, 2 something, 1 it cannot be planned'; }
help_apply() { echo '  apply FILE            what plan -o FILE has planned; not where the host has changed since'; }
help_pull() { echo '  pull [SERVICE…]       the images are there, and whole'; }
help_run() { echo '  run [OPTION…] SERVICE [-- COMMAND…]
                        a container in the foreground: its input, output, signals and exit status
      --keep            keep its files after it ends, and go on with them the next time      --rm  remove them (default)
      -e NAME=VALUE     a variable     -w DIRECTORY   -u USER[:GROUP]     --name NAME   of the container
      --entrypoint COMMAND     --env-file FILE     -l NAME=VALUE   a label     --pull always|missing|never
      -i, -t, -it       as with Docker: input is always there; -t wants a terminal, -T none
      --detach-keys KEYS     leave that terminal: ctrl-p,ctrl-q, as with Docker
      --service-ports   publish its ports with a command in the foreground, too
      -d                detached: with a supervisor, a log, and kept files (unless --rm)      --replace   one of its name goes first'; }
help_up() { echo '  up [OPTION…] [SERVICE…]
                        the project: all that is active, or these and those they depend on, in order, detached; what has changed is
                        made anew
      --wait            until they run, and are healthy     --pull always|missing|never     --force-recreate     --no-deps
      --profile NAME    services of that profile, too       --remove-orphans   containers of services that there are no more'; }
help_start() { echo '  start [NAME…]         as it was run, or a service, detached'; }
help_stop() { echo '  stop [-t SECONDS] [NAME…]'; }
help_restart() { echo '  restart [-t SECONDS] [NAME…]'; }
help_kill() { echo '  kill [-s SIGNAL] NAME…'; }
help_pause() { echo '  pause NAME…'; }
help_unpause() { echo '  unpause NAME…'; }
help_wait() { echo '  wait NAME…            its exit status, when it has ended'; }
help_attach() { echo '  attach [--no-stdin] [--sig-proxy=false] [--detach-keys KEYS] NAME
                        its input and output; Ctrl-P Ctrl-Q, or KEYS, leave a terminal, and it runs on'; }
help_exec() { echo '  exec [-itd] [-e NAME=VALUE] [-u USER] [-w DIRECTORY] [--detach-keys KEYS] NAME [--] COMMAND…
                        a further command in a container that runs, with no more rights than it has'; }
help_port() { echo '  port NAME [PORT[/PROTOCOL]]           which ports of the host lead to it'; }
help_ps() { echo '  ps [-a] [-q] [--json] [NAME…]         containers'; }
help_top() { echo '  top NAME              its processes'; }
help_stats() { echo '  stats [--no-stream] [--json] [NAME…]  what they use'; }
help_inspect() { echo '  inspect NAME…         all that is known of it, and what the kernel says of it, as JSON'; }
help_update() { echo '  update [--memory BYTES] [--memory-swap BYTES] [--memory-reservation BYTES] [--cpus NUMBER] [--cpu-shares NUMBER]
         [--cpuset-cpus LIST] [--pids-limit NUMBER] NAME…
                        limits of a container that runs, until it is started by a command again'; }
help_healthcheck() { echo '  healthcheck run NAME  once, now; exit status 1: it failed'; }
help_logs() { echo '  logs [-f] [-n COUNT] [-t] [--since TIME] [NAME…]  what they wrote; without a name all'; }
help_events() { echo '  events [-f] [-a] [--json] [--since TIME]
                        what happened to containers, and which commands changed something; -a each change, too'; }
help_commit() { echo '  commit [OPTION…] NAME TAG
                        its files, as an image; it stands still meanwhile
      -m MESSAGE   -a AUTHOR   -c CHANGE   CMD, ENTRYPOINT, ENV, USER, WORKDIR as in a Dockerfile     --no-pause'; }
help_images() { echo '  images [-q|--json]    the images of this pool'; }
help_history() { echo '  history [--json] NAME:TAG             what one was made of'; }
help_tag() { echo '  tag NAME:TAG NAME:TAG a further name'; }
help_rmi() { echo '  rmi [-f] NAME:TAG…    removes images'; }
help_image() { echo '  image save NAME:TAG [-o FILE|-]      image load [-i FILE|-]
                        as a tar, with all that is known of it'; }
help_cp() { echo '  cp [-a] [-L] SERVICE:PATH PATH|-     cp [-a] [-L] PATH|- SERVICE:PATH
                        copies files; -a keeps their owners, -L follows a link; - is a tar'; }
help_diff() { echo '  diff SERVICE          what it has added (A), changed (C), deleted (D)'; }
help_export() { echo '  export SERVICE [-o FILE|-]            its files, as a tar'; }
help_rm() { echo '  rm [-f] NAME…         removes a container with the files it has kept'; }
help_prune() { echo '  prune                 removes what commands that were killed have left'; }
help_volume() { echo '  volume ls [-q] [-s] [--json]     inspect VOLUME     snapshots VOLUME [-q]
                        the volumes of the project; one of them; its snapshots
  volume snapshot VOLUME [NAME]    restore VOLUME SNAPSHOT [--as NAME] [--discard]
                        a read-only copy; the volume is as it was then, what it holds now becomes a snapshot
  volume clone VOLUME|VOLUME@SNAPSHOT NEWVOLUME
  volume send VOLUME [SNAPSHOT] [--since SNAPSHOT] [-o FILE]     receive VOLUME [NAME] [-i FILE]
                        to another host, and from there: a stream of a snapshot, or of what changed since another
  volume rm [-f] VOLUME|VOLUME@SNAPSHOT…     prune   those that no service names any more'; }
help_down() { echo '  down [-v|--volumes] [--images]
                        nothing of the project is left, but its volumes and images'; }
help_install() { echo '  install [--profile NAME]… [SERVICE…]
                        `up` at boot, `stop` at the end, by systemd or an init script; with the parameters given now'; }
help_uninstall() { echo '  uninstall             not any more'; }
help_completion() { echo '  completion bash       what makes Bash complete commands and services'; }
help_help() { echo '  help [COMMAND…]       this, or of these commands'; }
help_version() { echo '  version'; }

command_version() { echo "$VERSION"; }
