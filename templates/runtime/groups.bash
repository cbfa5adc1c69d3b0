# ── groups: the same bytes in every script with group_add ───────────────────────────────────────
# container_groups GROUP…: more of them, by number, or by the name that the image has for one: adds to GROUP_IDS.
container_groups() {
  local GROUP TEXT NAME ID FOUND _
  for GROUP; do
    FOUND=''
    [[ ! $GROUP =~ ^[0-9]{1,10}$ ]] || FOUND=$GROUP
    if [[ -z $FOUND && -f $IMAGE/etc/group && ! -L $IMAGE/etc && ! -L $IMAGE/etc/group ]]; then
      ! IFS= read -r -d '' -n 1048576 TEXT <"$IMAGE/etc/group" || fail 125 '/etc/group of the image is no text, or longer than 1 MiB'
      while IFS=: read -r NAME _ ID _; do
        [[ $NAME != "$GROUP" || ! $ID =~ ^[0-9]{1,10}$ ]] || FOUND=$ID
      done <<<"$TEXT"
    fi
    [[ -n $FOUND ]] || fail 125 "group_add: $GROUP is not in /etc/group of the image; name a group of the image, or give a number"
    GROUP_IDS+=,$FOUND
  done
}
