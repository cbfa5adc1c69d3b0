# ── the store: a plain directory: the same bytes in every script with one ────────────────────────────
# Copies are copies; where the file system can share blocks (btrfs, XFS), they do. As that takes time, what is being copied, or removed, has
# another name, which ends in .part: whoever is killed, a name stands for what is whole. Both hold the locks of the command that began them.
STORE=directory
STORE_CREATE=(mkdir)
STORE_COPY=(bash -ec 'PART=${1%.part}.part; rm -rf --one-file-system "$PART"; cp --archive --reflink=auto --no-target-directory "$0" "$PART"; [[ $PART == "$1" ]] || mv --no-target-directory "$PART" "$1"')
STORE_DELETE=(bash -ec 'for NAME; do [[ $NAME == *.part ]] || { GONE=${NAME%/*}/.${NAME##*/}.gone.part; rm -rf --one-file-system "$GONE"; mv --no-target-directory "$NAME" "$GONE"; NAME=$GONE; }; rm -rf --one-file-system "$NAME"; done' cash)
STORE_SIZE=(du --summarize --bytes)
# subvolume_delete WHY PATH: there are none inside.
subvolume_delete() { run "$1" "${STORE_DELETE[@]}" "$2"; }
