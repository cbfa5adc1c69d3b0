# ── what differs, by btrfs: the same bytes in every script that root runs ────────────────────────
# btrfs compares the trees, and reads what differs alone.
DIFF_FUNCTIONS=(diff_paths diff_inside)

# diff_paths IMAGE COPY: the names, each ended by NUL, sorted. Temporary ones of btrfs are in neither tree.
diff_paths() {
  local line command path rest labelled='' backslash='\134' space='\040'
  # 141: the other side has read the end, and closed.
  { btrfs send --quiet --no-data -p "$1" "$2" || (($? == 141)); } | btrfs receive --dump | while IFS= read -r line; do
    line=${line//\\\\/"$backslash"} # or what follows could be taken for escaped
    line=${line//\\ /"$space"}
    read -r command path rest <<<"$line"
    if [[ $command == set_xattr && $rest == name=security.selinux* ]]; then
      labelled=$path # as all are when it starts: that is no change, nor is its time, which follows
      continue
    fi
    [[ $command != utimes || $path != "$labelled" ]] || continue
    printf -v path %b "$path"
    path=${path#./"${2##*/}"}
    printf '%s\0' "${path#/}"
    case $command in
    rename | link)
      rest=${rest#*dest=}
      printf -v rest %b "${rest%% *}"
      [[ $command == rename ]] || continue
      rest=${rest#./"${2##*/}"/}
      printf '%s\0' "$rest"
      diff_inside "$1" "$rest"
      diff_inside "$2" "$rest"
      ;;
    *) ;;
    esac
  done | sort --zero-terminated --unique
}
# diff_inside TREE PATH: what lies in a directory that has got another name.
diff_inside() {
  ! diff_there "$1" "$2" || [[ ! -d $1/$2 || -L $1/$2 ]] || find "$1/$2" -mindepth 1 -printf "%P\0" | while IFS= read -r -d '' path; do printf '%s/%s\0' "$2" "$path"; done
}
