# ── healthchecks, by timers of systemd: the same bytes in every script with x-cash.supervisor: systemd that has some ─
# Beside its unit a container has cash-PROJECT.CONTAINER:health.timer, which systemd makes when it has started it, and ends with it. It
# executes STATE/supervisor health, which asks once; what is known of it from before is in STATE/health.
HEALTH_FUNCTIONS+=(unit_health health_turn health_begin health_forget health_end)

# health_timer INTERVAL TIMEOUT RETRIES START_PERIOD START_INTERVAL …: adds to RUN_UNIT what makes the timer. Status 75 says that it is
# starting still, and asked again after START_INTERVAL.
health_timer() {
  local UNIT=cash-$PROJECT.$CONTAINER SOON=$1 MORE=''
  (($4 == 0)) || SOON=$5 MORE=" -p SuccessExitStatus=75 -p RestartForceExitStatus=75 -p RestartSec=$5"
  [[ $LOG_DRIVER != none ]] || MORE+=' -p StandardOutput=null -p StandardError=null'
  RUN_UNIT+=(-p ExecStartPost="systemd-run --quiet --collect --unit=$UNIT:health --on-active=$SOON --on-unit-inactive=$1 --timer-property=AccuracySec=50ms --timer-property=BindsTo=$UNIT.service -p StartLimitIntervalSec=0 -p LogLevelMax=notice -p SyslogLevel=notice -p SyslogLevelPrefix=no -p SyslogIdentifier=cash/$PROJECT/$CONTAINER$MORE /bin/bash $STATE/supervisor health")
}

# unit_health SERVICE …: by the timer.
unit_health() { "$1_health" health_turn; }
health_turn() {
  local HEALTH_TIMEOUT=$2 HEALTH_RETRIES=$3 HEALTH_START_PERIOD=$4 ON_UNHEALTHY=$6 HEALTH_TEST=("${@:7}") HEALTH='' FAILURES BEGAN NOW
  container_lives pid || return 0
  PID=$LIVING
  { read -r HEALTH FAILURES _ BEGAN <"$STATE/health"; } 2>/dev/null || : # whoever wrote it was killed
  [[ -n ${BEGAN-} ]] || HEALTH=starting FAILURES=0 BEGAN=0
  [[ -e $STATE/paused ]] || health_ask
  printf -v NOW '%(%s)T' -1
  [[ $HEALTH != starting ]] || ((NOW - BEGAN >= HEALTH_START_PERIOD)) || exit 75
}

# health_begin: before it starts.
health_begin() {
  local HEALTH=starting FAILURES=0 NOW BEGAN
  health_forget
  rm -f "$STATE/unhealthy"
  printf -v BEGAN '%(%s)T' -1
  health_say
}
# health_forget: nobody asks any more; and who is just asking has no answer to wait for.
health_forget() {
  local NAME LEFT=()
  for NAME in "cash-$PROJECT.$CONTAINER:health".{timer,service}; do
    [[ ! -e /run/systemd/transient/$NAME ]] || LEFT+=("$NAME")
  done
  ((${#LEFT[@]} == 0)) || systemctl --quiet stop "${LEFT[@]}" || : # they have just gone
}

# health_end restart|stop: systemd ends it.
health_end() { systemctl --no-block "$1" "cash-$PROJECT.$CONTAINER.service"; }
