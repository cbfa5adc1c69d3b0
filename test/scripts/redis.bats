#!/usr/bin/env bats
# A database, and its own client: what was acknowledged is there, whatever is killed.
load helper

setup_file() {
  begin redis
  compile redis <<'YAML'
name: redis
services:
  db:
    image: tar:${REDIS}
    restart: always
    stop_signal: INT
    volumes: [data:/data]
    command: [redis-server, --dir, /data, --appendonly, "yes", --appendfsync, always, --save, ""]
volumes: {data: {}}
x-cash: {root: "${ROOT}"}
YAML
}
teardown_file() { finish; }

ready() { cash exec db redis-cli ping 2>/dev/null | grep -qx PONG; }
count() { tail -n 1 "${BATS_TEST_TMPDIR}/acknowledged"; }
counted() { (($(count) > $1 + 10)); }
killed() { [[ $(cut -d' ' -f1 "/run/cash/redis/containers/db/$1") != "$2" ]]; }

@test 'its supervisor killed by -9, then the database: no acknowledged write is lost' {
  cash run -d db
  eventually 60 ready
  # shellcheck disable=SC2016 # for the shell in there
  cash exec db sh -c 'while n=$(redis-cli incr n) && [ -n "$n" ]; do echo "$n"; done' >"${BATS_TEST_TMPDIR}/acknowledged" 2>/dev/null &
  writer=$!
  eventually 60 test -s "${BATS_TEST_TMPDIR}/acknowledged"
  supervisor=$(cut -d' ' -f1 /run/cash/redis/containers/db/owner)
  kill -9 "${supervisor}"
  before=$(count)
  eventually 60 counted "${before}" # nobody has noticed
  run cash exec db true
  assert_output -p 'the supervisor of db was killed: it gets another one'
  killed owner "${supervisor}"
  process=$(cut -d' ' -f1 /run/cash/redis/containers/db/pid)
  kill -9 "${process}"
  wait "${writer}" || true # it ended with the database
  eventually 60 killed pid "${process}"
  eventually 60 ready
  (($(cash exec db redis-cli get n) >= $(count)))
}
