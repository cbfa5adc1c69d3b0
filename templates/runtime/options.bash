# ── options of run: the same bytes in every script ───────────────────────────────────────────────
# run_reads OPTION… WORD…: sets what the options say, and RUN_REST, what follows them.
run_reads() {
  while [[ ${1-} == -* ]]; do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
    --rm) KEEP='' REMOVE=yes ;;
    --keep) KEEP=yes ;;
    --detach) DETACH=yes ;;
    --replace) REPLACE=yes ;;
    --service-ports) PUBLISH=yes ;;
    --interactive) RUN_STDIN=true ;;
    --tty) RUN_TERMINAL=true ;;
    -T | --no-TTY) RUN_TERMINAL=false ;;
    -e | -l | -u | -w | --detach-keys | --env | --env-file | --entrypoint | --label | --name | --pull | --user | --workdir)
      (($# > 1)) || fail 2 "$1 needs a value"
      run_value "$1" "$2"
      [[ $1 == @(--detach-keys|--env-file|--pull) ]] || RUN_WORDS+=("$1" "$2")
      shift 2
      continue
      ;;
    *)
      [[ $1 =~ ^-[dit]+$ ]] || fail 2 "run has no option $1; see: $0 help"
      [[ $1 != *d* ]] || DETACH=yes
      [[ $1 != *i* ]] || RUN_STDIN=true
      [[ $1 != *t* ]] || RUN_TERMINAL=true
      ;;
    esac
    [[ $1 == --replace ]] || RUN_WORDS+=("$1")
    shift
  done
  RUN_REST=("$@")
}

# run_value OPTION VALUE
run_value() {
  case $1 in
  -e | --env)
    [[ $2 =~ ^[^=]+= ]] || fail 2 "$1 $2: NAME=VALUE is wanted"
    RUN_ENVIRONMENT+=("$2")
    ;;
  --detach-keys) detach_keys "$2" ;;
  --env-file) run_file "$2" ;;
  --entrypoint) RUN_ENTRYPOINT=("$2") ;;
  -l | --label)
    [[ $2 =~ ^[^=]+(=|$) ]] || fail 2 "$1 $2: NAME=VALUE is wanted"
    RUN_LABELS+=("$2")
    ;;
  -w | --workdir) RUN_DIRECTORY=$2 ;;
  -u | --user) RUN_USER=$2 ;;
  --pull)
    [[ $2 =~ ^(always|missing|never)$ ]] || fail 2 "--pull $2: always, missing or never is wanted"
    RUN_PULL=$2
    ;;
  *)
    [[ $2 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$ ]] || fail 2 "$1 $2: letters, digits, _ . -, at most 64"
    [[ $2 != @(tasks|notify_on_release|release_agent|@(cgroup|cpu|cpuacct|cpuset|memory|pids|blkio|devices|freezer|hugetlb|io|misc|rdma).*) ]] || fail 2 "$1 $2: the kernel has a file of that name in each cgroup"
    RUN_NAME=$2
    ;;
  esac
}

# run_file FILE: lines of NAME=VALUE, the value as it stands; NAME alone: the value it has here.
run_file() {
  local LINE COUNT=0
  [[ -f $1 && -r $1 ]] || fail 2 "--env-file $1: there is no such file"
  while IFS= read -r LINE || [[ -n $LINE ]]; do
    COUNT=$((COUNT + 1))
    [[ $LINE =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $LINE =~ ^[A-Za-z_][A-Za-z0-9_.-]*(=|$) ]] || fail 2 "$1, line $COUNT: NAME=VALUE is wanted"
    if [[ $LINE != *=* ]]; then
      [[ $LINE =~ ^[A-Za-z0-9_]+$ && -v $LINE ]] || continue
      LINE="$LINE=${!LINE}"
    fi
    RUN_ENVIRONMENT+=("$LINE")
    RUN_WORDS+=(-e "$LINE")
  done <"$1"
}
