# ── parameters: the same bytes in every script that has some ────────────────────────────────────
# parameter_set NAME=VALUE
parameter_set() {
  [[ $1 =~ ^([a-z][a-z0-9_]*)=(.*)$ && " ${PARAMETERS[*]} " == *" ${BASH_REMATCH[1]} "* ]] || fail 2 "--set $1: NAME=VALUE, where NAME is one of: ${PARAMETERS[*]}"
  printf -v "${BASH_REMATCH[1]}" %s "${BASH_REMATCH[2]}"
}

# parameter NAME TYPE [MIN MAX | PATTERN]: checks its value, where it has one. Bytes become a number.
parameter() {
  local UNIT
  PARAMETER_VALUE=${!1-}
  [[ -v $1 ]] || return 0
  case $2 in
  name) [[ $PARAMETER_VALUE =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$ ]] || parameter_wrong "$1" 'a name: letters, digits, _ . -, at most 64' ;;
  ipv4) parameter_is_ipv4 || parameter_wrong "$1" 'an IPv4 address, such as 10.0.0.2' ;;
  path) [[ $PARAMETER_VALUE =~ ^(/[A-Za-z0-9_.:,@%+=-]+)+$ && $PARAMETER_VALUE/ != */../* && $PARAMETER_VALUE/ != */./* ]] || parameter_wrong "$1" 'an absolute path, of letters, digits and _ . : , @ % + = -' ;;
  string) [[ $PARAMETER_VALUE =~ $3 && $PARAMETER_VALUE != *[[:cntrl:]]* ]] || parameter_wrong "$1" "text that matches $3" ;;
  integer)
    [[ $PARAMETER_VALUE =~ ^(0|-?[1-9][0-9]{0,17})$ ]] || parameter_wrong "$1" "an integer from $3 to $4"
    ((PARAMETER_VALUE >= $3 && PARAMETER_VALUE <= $4)) || parameter_wrong "$1" "an integer from $3 to $4"
    ;;
  bytes)
    [[ $PARAMETER_VALUE =~ ^([1-9][0-9]{0,11})([bkmg]?)b?$ ]] || parameter_wrong "$1" 'a number of bytes, such as 100000000, 512k, 100m or 1g'
    UNIT=${BASH_REMATCH[2]}
    case $UNIT in g) UNIT=30 ;; m) UNIT=20 ;; k) UNIT=10 ;; *) UNIT=0 ;; esac
    printf -v "$1" %s "$((BASH_REMATCH[1] << UNIT))"
    ((${!1} >= $3 && ${!1} <= $4)) || parameter_wrong "$1" "from $3 to $4 bytes"
    ;;
  *) fail 125 "$2 is no type of a parameter" ;;
  esac
}
parameter_is_ipv4() {
  local OCTETS OCTET
  [[ $PARAMETER_VALUE =~ ^[0-9]{1,3}(\.[0-9]{1,3}){3}$ ]] || return 1
  IFS=. read -ra OCTETS <<<"$PARAMETER_VALUE"
  for OCTET in "${OCTETS[@]}"; do
    [[ $OCTET =~ ^(0|[1-9][0-9]*)$ ]] && ((OCTET <= 255)) || return 1
  done
}
parameter_wrong() { fail 2 "parameter $1: expected $2; got ${PARAMETER_VALUE@Q}"; }

# parameters_need: all of them have a value.
parameters_need() {
  local PARAMETER
  for PARAMETER in "${PARAMETERS[@]}"; do
    [[ -v $PARAMETER ]] || fail 2 "parameter $PARAMETER is missing: $0 --set $PARAMETER=VALUE COMMAND…"
  done
}

parameters_known() {
  local PARAMETER
  for PARAMETER in "${PARAMETERS[@]}"; do
    [[ -v $PARAMETER ]] || return 1
  done
}
