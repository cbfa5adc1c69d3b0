# ── no parameters: the same bytes in every script that has none ──────────────────────────────────
PARAMETERS=()
parameter_set() { fail 2 'this script has no parameters'; }
parameters_check() { :; }
parameters_need() { :; }
parameters_known() { :; }
