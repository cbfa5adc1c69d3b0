# The helper itself: what it says of a host that is left changed.
load helper

# The whole host, also where others work on it: what is expected here is found among what they change.
setup_file() { begin; }
teardown_file() { finish; }

@test 'the host is as it was' { left; }

@test 'a folder of cash that stays behind is found' {
  mkdir -p /run/cash/selftest
  CASH_TEST_SHARED='' run left
  rmdir -p --ignore-fail-on-non-empty /run/cash/selftest
  assert_status 1
  assert_output -p '> files /run/cash/selftest'
}

@test 'and fails the file, whose teardown bats calls left of a ||' {
  mkdir -p /run/cash/selftest
  failed=0
  eventually() { "${@:2}"; } # without the wait
  CASH_TEST_SHARED='' finish >/dev/null 2>&1 || failed=$?
  rmdir -p --ignore-fail-on-non-empty /run/cash/selftest
  assert_equal "${failed}" 1
}

@test 'an interface that stays behind is found' {
  ip link add selftest0 type bridge
  CASH_TEST_SHARED='' run left
  ip link delete selftest0
  assert_status 1
  assert_output -p '> interfaces selftest0'
}

@test 'a process in namespaces of its own is found' {
  unshare --net sleep 30 3>&- &
  eventually 2 pgrep -f '^sleep 30$'
  CASH_TEST_SHARED='' run left
  kill $!
  wait $! || true # it was killed
  assert_status 1
  assert_output -p "> processes 'sleep' '30'"
}

@test 'assertions' {
  run --separate-stderr bash -c 'echo one two; echo three >&2; exit 3'
  assert_status 3
  assert_output 'one two'
  assert_output -p two
  assert_output -e '^one'
  assert_output --stderr three
  refute_output -p three
  run assert_status 4
  assert_equal "${status}" 1
}
