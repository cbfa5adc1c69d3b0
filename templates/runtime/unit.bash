# ── units: the same bytes in every script with x-cash.supervisor: systemd ────────────────────────
# unit_there: systemd has the container: it runs, or will be started again. No process of ours holds its lock then.
unit_there() { stays "$STATE" && [[ -e $STATE/supervisor && -e /run/systemd/transient/cash-$PROJECT.$CONTAINER.service ]]; }
unit_free() { ! unit_there; }
FREE=(unit_free)
