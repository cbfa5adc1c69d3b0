# ── what differs, by all files: the same bytes in every script without root ─────────────────────
# To a user btrfs does not say it.
DIFF_FUNCTIONS=(diff_paths diff_facts)

# diff_paths IMAGE COPY: the names, each ended by NUL, sorted: of which one tree says something that the other does not.
diff_paths() {
  local fact
  { diff_facts "$1" && diff_facts "$2"; } | sort --zero-terminated | uniq --zero-terminated --unique | while IFS= read -r -d '' fact; do
    printf '%s\0' "${fact%%//*}"
  done | sort --zero-terminated --unique
}
# diff_facts TREE: PATH//KIND MODE OWNER GROUP TIME, then the size of a file, where a link leads. No path has // in it.
diff_facts() { find "$1" -mindepth 1 '(' -type d -printf '%P//%y %m %U %G %T@\0' ')' -o -printf '%P//%y %m %U %G %T@ %s %l\0'; }
