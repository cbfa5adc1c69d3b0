# Images from a URL: downloaded by curl, checked, gone on with where they stopped.
# shellcheck disable=SC2154,SC2312 # variables of bats and helper; what these read does not fail
load helper
load running

setup_file() {
  begin
  export FILES=${CACHE}/downloads
  rm -rf "${FILES}"
  mkdir -p "${FILES}/www"
  gzip -c "${TINY}" >"${FILES}/tiny.tar.gz"
  cp "${FILES}/tiny.tar.gz" "${FILES}/www/tiny.tar.gz"
  SHA=$(sha256sum <"${TINY}") GZ=$(sha256sum <"${FILES}/tiny.tar.gz")
  export SHA=${SHA%% *} GZ=${GZ%% *}
  compile imgurl <<'YAML'
name: imgurl
x-cash: {root: "${ROOT}"}
services:
  url: {image: "tar:http://127.0.0.1:8971/tiny.tar.gz", network_mode: none, x-cash: {sha256: "${GZ}", tag: "url:1"}}
  wrong: {image: "tar:http://127.0.0.1:8971/tiny.tar.gz", network_mode: none, x-cash: {sha256: "${SHA}", tag: "url:2"}}
  none: {image: "tar:http://127.0.0.1:8971/none", network_mode: none, x-cash: {sha256: "${GZ}", tag: "url:3"}}
YAML
}
setup() { script imgurl; }
teardown() { end_all; }
teardown_file() {
  finish
  rm -rf "${FILES}"
}

# half_made: what a pull that did not end has left.
half_made() { find "${ROOT}/images" -maxdepth 2 '(' -name '*.part' -o -name '*.download' ')'; }
# serve COMMAND…: in the background.
serve() {
  "$@" 3>&- >/dev/null 2>&1 &
  eventually 30 curl -sf -o /dev/null http://127.0.0.1:8971/
}
busybox_server() {
  echo ok >"${FILES}/www/index.html"
  serve busybox httpd -f -p 127.0.0.1:8971 -h "${FILES}/www"
}

@test 'a URL' {
  busybox_server
  run cash pull url
  assert_status 0
  run --separate-stderr cash run url -- echo ok
  assert_output ok
  run half_made
  assert_output ''
}

@test 'a URL with another sha256, or none there: 125, nothing left' {
  busybox_server
  run cash pull wrong
  assert_status 125
  run cash pull none
  assert_status 125
  run half_made
  assert_output ''
  run cash images
  refute_output -p url:2
  refute_output -p url:3
}

@test 'a download goes on where it stopped' {
  cash rmi url:1
  mkdir -p "${ROOT}/images/url"
  busybox_server
  head -c 100000 "${FILES}/www/tiny.tar.gz" >"${ROOT}/images/url/.1.download"
  # all but what is there already: only the rest can come from the server
  { head -c 100000 /dev/zero && tail -c +100001 "${FILES}/tiny.tar.gz"; } >"${FILES}/www/tiny.tar.gz"
  run cash pull url
  cp "${FILES}/tiny.tar.gz" "${FILES}/www/tiny.tar.gz"
  assert_status 0
  run cash images
  assert_output -p url:1
}

@test 'a download that was whole, or that the server cannot go on with' {
  cash rmi url:1
  mkdir -p "${ROOT}/images/url"
  serve python3 -m http.server --bind 127.0.0.1 --directory "${FILES}/www" 8971
  head -c 100000 "${FILES}/tiny.tar.gz" >"${ROOT}/images/url/.1.download"
  run cash pull url
  assert_status 0
  cash rmi url:1
  mkdir -p "${ROOT}/images/url"
  cp "${FILES}/tiny.tar.gz" "${ROOT}/images/url/.1.download"
  run cash pull url
  assert_status 0
  run half_made
  assert_output ''
}

@test 'a part of a download that is as long as the file, and another: begun anew' {
  cash rmi url:1
  mkdir -p "${ROOT}/images/url"
  busybox_server
  head -c "$(stat -c %s "${FILES}/tiny.tar.gz")" /dev/zero >"${ROOT}/images/url/.1.download"
  run cash pull url
  assert_status 0
  run half_made
  assert_output ''
}

@test 'prune and rmi remove what a killed download, or a killed load, has left' {
  cash rmi url:1
  mkdir -p "${ROOT}/images/url"
  echo part >"${ROOT}/images/url/.1.download"
  echo part >"${ROOT}/images/.4194305.download" # no process has that number
  run cash prune
  assert_output -p 'half downloaded: images/url/.1.download'
  assert_output -p 'half read: images/.4194305.download'
  mkdir -p "${ROOT}/images/url" # prune has removed it, as it was empty
  echo part >"${ROOT}/images/url/.1.download"
  cash rmi url:1
  run half_made
  assert_output ''
}
