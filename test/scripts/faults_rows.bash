# What test/tools/faults.sh tries: definitions, hosts to begin on, commands.
# shellcheck shell=bash disable=SC2154,SC2312 # variables of helper.bash; cat does not fail

# fault_definitions: compiles them: the smallest, and one with all that a service commonly has.
fault_definitions() {
  compile faulth <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  hello: {image: "tar:${TINY}", command: echo hello from a container, mem_limit: 100m, cpu_shares: 512}
YAML
  compile faultw <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  web:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo up; exec sleep 1000']
    init: true
    stop_grace_period: 1s
    restart: on-failure
    mem_limit: 64m
    cpus: 0.5
    working_dir: /srv/new
    volumes: [data:/data]
    ports: ["8791:80"]
    networks: {front: {ipv4_address: 10.91.8.9}}
networks: {front: {ipam: {config: [{subnet: 10.91.8.0/24}]}}}
volumes: {data: {}}
YAML
  compile faultu <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  user: {image: "tar:${TINY}", command: "true", userns_mode: auto}
YAML
}

host_fresh() { :; }
host_pulled() { cash pull; }
host_kept() { cash run --keep web -- sh -c 'echo kept >/kept; echo data >/data/file'; }
host_running() { cash run -d web; }
host_paused() { host_running && cash pause web; }
host_stopped() { host_running && cash stop web; }
# With a committed image, a snapshot, and copies elsewhere.
host_rich() {
  host_kept && cash commit web one && cash volume snapshot data one && rm -rf "${OUTSIDE:?}"/* &&
    cash image save faultw-web:one -o "${OUTSIDE}/image.tar" && cash volume send data one -o "${OUTSIDE}/stream" && echo x >"${OUTSIDE}/x"
}
host_saved() { host_rich && cash rmi faultw-web:one; }
# With what two runs that were killed have left.
host_left() {
  cash run -d web
  apart bash -c 'read -r pid _ <"$0/owner" && kill -KILL "$pid" && read -r pid _ <"$0/pid" && kill -KILL "$pid"' /run/cash/faultw/containers/web
}

# PROJECT | HOST | COMMAND | COMMAND again, if another | what that may refuse with
fault_rows() {
  cat <<'ROWS'
faulth|fresh|pull
faulth|fresh|run hello
faulth|pulled|run hello
faulth|pulled|down -v --images
faultu|fresh|run user
faultw|fresh|run -d web|run --replace -d web
faultw|pulled|run -d web|run --replace -d web
faultw|pulled|run --keep web -- true
faultw|kept|run web -- true
faultw|kept|rm web
faultw|kept|commit web one||is there
faultw|kept|diff web
faultw|kept|export web -o OUTSIDE/web.tar
faultw|running|run --replace -d web
faultw|running|stop web
faultw|running|restart web
faultw|running|kill web||does not run
faultw|running|rm -f web
faultw|running|pause web
faultw|running|update --memory 32m web
faultw|running|commit web one||is there
faultw|running|exec web true
faultw|running|down
faultw|running|down -v --images
faultw|paused|unpause web
faultw|paused|stop web
faultw|stopped|start web
faultw|stopped|rm web
faultw|left|prune
faultw|left|run -d web|run --replace -d web
faultw|rich|tag faultw-web:one faultw-web:two||is there
faultw|rich|rmi faultw-web:one
faultw|rich|image save faultw-web:one -o OUTSIDE/saved
faultw|rich|cp OUTSIDE/x web:/x
faultw|rich|cp web:/kept OUTSIDE/y
faultw|rich|volume snapshot data two||has a snapshot
faultw|rich|volume restore data one --discard
faultw|rich|volume clone data copy||is there already
faultw|rich|volume send data one -o OUTSIDE/sent
faultw|rich|volume receive data two -i OUTSIDE/stream||has a snapshot
faultw|rich|volume rm data||not there yet
faultw|rich|down -v --images
faultw|saved|image load -i OUTSIDE/image.tar||is there
ROWS
}
# row LINE: its script, hooks, and begin_row.
row() {
  local project host command again tolerated words
  IFS='|' read -r project host command again tolerated <<<"${1//OUTSIDE/${OUTSIDE}}"
  export SCRIPT_NAME=${project}
  script "${project}"
  instrument
  read -ra words <<<"${command}"
  begin_row "${host}" "${words[@]}"
  [[ -z ${again} ]] || read -ra AGAIN <<<"${again}"
  TOLERATED=${tolerated:-^$}
}

# For many at a time: a project in which any number of containers can run.
together_definition() {
  compile faultm <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 512m}}
services:
  app:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo up; exec sleep 1000']
    init: true
    stop_grace_period: 1s
    mem_limit: 64m
    volumes: [data:/data]
    ports: ["8801-8899:80"]
networks: {default: {ipam: {config: [{subnet: 10.91.9.0/24}]}}}
volumes: {data: {}}
YAML
}
# one_of_many: sets WORDS, a command, at random, for one of six containers.
one_of_many() {
  local commands name=c$((RANDOM % 6)) tag=t$((RANDOM % 4))
  commands=("run --name ${name} app -- sh -c true" "run --name ${name} app -- sh -c true" "run -d --name ${name} app" "run -d --replace --name ${name} app"
    "run --keep --name ${name} app -- sh -c true" "start ${name}" "stop ${name}" "restart ${name}" "kill ${name}" "rm -f ${name}" "rm ${name}" "exec ${name} true"
    "pause ${name}" "unpause ${name}" "logs ${name}" "ps -a --json" "inspect ${name}" "top ${name}" "port ${name}" "update --memory 48m ${name}" "stats --no-stream"
    "images --json" "commit app ${tag}" "run --keep app -- true" "tag faultm-app:${tag} faultm-app:u${tag}" "rmi faultm-app:${tag}" "rmi faultm-app:u${tag}" "history faultm-app:${tag}"
    "diff ${name}" "export ${name}" "cp ${name}:/etc/passwd -" "volume snapshot data" "volume snapshot data ${tag}" "volume rm data@${tag}" "volume ls --json" "volume restore data ${tag}"
    "prune" "check" "check ${name}" "pull" "plan run app" "plan down -v --images")
  read -ra WORDS <<<"${commands[RANDOM % ${#commands[@]}]}"
}
# What they say, and may be refused with, each a whole line: somebody else has just done something to the same name, or removed in
# this very moment what a command reads, copies or signals: then it says which one that was.
TOGETHER_RIGHT='^(NOTE: .*|cat: .*/log([.][0-9])?: No such file or directory|ERROR: cannot check space of .*: No such file or directory|cash: exec: .*: No such file or directory|nsenter: cannot open /proc/.*| +(this does not affect|- DUP|- enabled).*|cash: (the files of .*|waiting for another process: .*|the supervisor of .* was killed: it gets another one|.* runs already
|.* is running already(; a second one of another name: run --name NAME …)?|.* was just removed(; try again)?|.* has (just )?ended|.* does not run; .*|no such (service|service or container|volume|image).*
|.* is there( by now)?(; another tag(, or first: .*)?|; first: .*)?|.* has no files.*|.* is not there; see: .*|.* is in use by .*|.*: the container .* runs with it; .*|.*: the kept files of .*
|this failed with status [0-9]+: files_apart.*|not a directory in the container: .*|.* is paused; first: .*|the volume .* (has a snapshot|has no snapshot|is not there yet|stays: it is in use).*|what .* holds now is kept as its snapshot .*|nothing is known of .*|the image that .* is made of is gone: .*|another process uses the pool: .* stays))$'
TOGETHER_RIGHT=${TOGETHER_RIGHT//$'\n'/}
