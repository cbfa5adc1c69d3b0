# ── downloads: the same bytes in every script that has one ──────────────────────────────────────
# image_download URL FILE DIGEST-LINE: the file is there, and what was reviewed. A part of it is kept, and gone on with.
image_download() {
  [[ -f $2 ]] && sha256sum --check --status <<<"$3" && return 0
  image_resumable "$1" "$2" || run 'the server cannot go on with it' rm "$2"
  run_progress "$1" curl --fail --location --globoff --continue-at - --output "$2" "$1"
  DOWNLOAD=$2
  UNDO=(image_undownload "${UNDO[@]}")
  feed 'it is what was reviewed' sha256sum --check --quiet - -- "$3"
  UNDO=("${UNDO[@]:1}")
}
image_undownload() { [[ ! -f $DOWNLOAD ]] || run 'not what was reviewed' rm "$DOWNLOAD"; }

# image_resumable URL FILE: true too where nothing of it is there yet. 206: the server sends a part where it is asked for one, and has more than this.
image_resumable() {
  local code='' size
  [[ -s $2 ]] || return 0
  size=$(stat --format=%s "$2")
  code=$(curl --silent --location --globoff --range "$size-$size" --max-filesize 1 --output /dev/null --write-out '%{http_code}' "$1") || : # said below, by the download
  [[ $code == 206 ]]
}
