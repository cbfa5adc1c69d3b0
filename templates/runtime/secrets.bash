# ── secrets and configs: the same bytes in every script that has one ─────────────────────────────
# They are files on a tmpfs of the container's own, at SECRETS, which only root can enter; parts of it are mounted in the container. What
# they hold is never a word of a command, nor in a plan, and no child of ours has their variables. It stays as long as the container is kept.

# secrets_place FUNCTION: what FUNCTION lists, before the container has its mounts.
secrets_place() {
  [[ $MODE == apply ]] || planned "$(declare -p "${SECRET_VALUES[@]}")" "$(declare -f "${SECRET_FUNCTIONS[@]}" "$1")"
  [[ $MODE == apply || -z ${SECRET_VARIABLES-} ]] || planned "export -n ${SECRET_VARIABLES[*]}  # no child needs to know them"
  run 'its secrets and configs, in memory only' "$1"
}
SECRET_VALUES=(IMAGE USER_SPEC SECRETS HOST_PROGRAM SECRET_PROGRAM) # for a plan
SECRET_FUNCTIONS=(say fail container_user pool_mounted secrets_open secrets_close secret_file secret_variable secret_text secret_write)

# What FUNCTION calls, with ASKING only looks whether it is there: before a container is made anew that has its secrets still.
# secrets_open IDS: where the container's user 0 is IDS here.
secrets_open() {
  [[ -z ${ASKING-} ]] || return 0
  IDS=$1
  declare -gA PLACES=()
  container_user "$USER_SPEC" # whose they are, unless they say
  mkdir -p "$SECRETS" &&
    { pool_mounted "$SECRETS" || mount -t tmpfs -o mode=700,size=16m,nosuid,nodev secrets "$SECRETS"; } &&
    mkdir -p "$SECRETS/run" "$SECRETS/files"
}

# secrets_close: what an earlier definition had is gone.
secrets_close() {
  local path
  [[ -z ${ASKING-} ]] || return 0
  while IFS= read -r -d '' path; do
    [[ -n ${PLACES[$path]-} ]] || rm -f "$SECRETS/$path" || return 1
  done < <(find "$SECRETS" -type f -printf '%P\0')
}

# secret_file PLACE UID GID MODE PATH: what the file holds.
secret_file() {
  [[ -z ${ASKING-} ]] || {
    [[ -f $5 ]] || fail 125 "$5 holds a secret or config, and is not there"
    return 0
  }
  secret_write "$@"
}
# secret_variable PLACE UID GID MODE NAME: what the variable held when we began. Where it is not set: what a container that is kept has of it.
secret_variable() {
  local entry
  [[ -n ${ASKING-} ]] || PLACES[$1]=yes
  while IFS= read -r -d '' entry; do
    [[ $entry == "$5="* ]] || continue
    [[ -z ${ASKING-} ]] || return 0
    secret_write "${@:1:4}" < <(printf %s "${entry#*=}")
    return
  done <"/proc/$$/environ"
  [[ -z ${ASKING-} && -e $SECRETS/$1 ]] || fail 125 "the variable $5 holds a secret or config, and is not set; with sudo: sudo --preserve-env=$5 $0 …"
}
# secret_text PLACE UID GID MODE TEXT
secret_text() { [[ -n ${ASKING-} ]] || secret_write "${@:1:4}" < <(printf %s "$5"); }

# secret_write PLACE UID GID MODE [PATH]: what PATH holds, else standard input. Whole or not at all.
secret_write() {
  PLACES[$1]=yes
  perl -e "$HOST_PROGRAM$SECRET_PROGRAM" -- "$SECRETS" "$1" "$((${2:-$USER_ID} + IDS))" "$((${3:-$GROUP_ID} + IDS))" "${@:4}"
}

# shellcheck disable=SC2016 # Perl expands it
SECRET_PROGRAM='
my ($tmpfs, $place, $uid, $gid, $mode, $path) = @ARGV;
my $from = *STDIN;
if (defined $path) {
  my $file = walk("/", $path, "", "system");
  refuse "$path: not a file" if kind($file) != 0100000;
  sysopen($from, name($file), O_RDONLY) or refuse "$path: $!";
}
my ($folder) = $place =~ m{(.*)/};
walk($tmpfs, $folder, "directory", "none");
my $part = "$tmpfs/$place.part";
unlink $part;
sysopen(my $to, $part, O_WRONLY | O_CREAT | O_EXCL, 0) or refuse "$part: $!";
while (sysread($from, my $block, 65536) // refuse "$path: $!") {
  syswrite($to, $block) == length $block or refuse "$place: $!";
}
chown($uid, $gid, $to) && chmod(oct $mode, $to) && close $to && rename($part, "$tmpfs/$place") or refuse "$place: $!";
'
