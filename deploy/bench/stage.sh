# Sourced by the benches here: a directory of their own, processes that end with the bench, ports,
# databases' users. Whoever sources it sets -euo pipefail, bench (its name) and out (where logs and
# figures are kept, or empty).

fail() {
  echo "$bench bench: $1" >&2
  exit "${2:-1}"
}

say() {
  echo "bench: $*" >&2
}

started=()
runs() { # PID: of this shell's own, so a number that was given anew is nobody's mistake
  jobs -pr | grep -qx "$1"
}
finish() {
  # The last first: a signer before its database.
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    runs "${started[i]}" || continue
    kill -TERM "${started[i]}" 2>/dev/null || continue
    for _ in $(seq 100); do
      runs "${started[i]}" || continue 2
      sleep 0.1
    done
    kill -KILL "${started[i]}" 2>/dev/null || :
  done
  if [ -n "$out" ]; then cp "$work"/*.log "$work"/*.jsonl "$work"/table.md "$out"/ 2>/dev/null || :; fi
  rm -rf "$work"
}
# begin: from here on there is the directory $work, and it and what was started end with this shell.
begin() {
  umask 077
  work=$(mktemp -d /tmp/chancery-bench.XXXXXX)
  chmod 711 "$work" # the databases run as users of their own, in directories of their own below it
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ -n "$out" ]; then
    mkdir -p "$out"
    out=$(readlink -f "$out")
  fi
}

# start NAME COMMAND...: in the background, away from this terminal's Ctrl-C; its pid is in $pid.
start() {
  setsid "${@:2}" >>"$work/$1.log" 2>&1 </dev/null &
  pid=$!
  started+=("$pid")
}

# In the background too, and waited for: a trap runs only while the shell itself waits.
attended() {
  "$@" &
  started+=("$!")
  wait "$!"
}

listens() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

await_port() { # NAME PORT: the process that was started last
  for _ in $(seq 600); do
    if listens "$2"; then return 0; fi
    runs "$pid" || break
    sleep 0.1
  done
  tail -n 5 "$work/$1.log" >&2
  fail "$1 did not start"
}

next_port=$((40000 + RANDOM % 4000))
free_port() { # the port is in $port
  while listens "$next_port"; do next_port=$((next_port + 1)); done
  port=$next_port
  next_port=$((next_port + 1))
}

# database_user USER: databases refuse to run as root. What runs a command as their user is in $as, the
# path of a data directory that is theirs in $data.
database_user() {
  data=$work/$1
  mkdir -m 700 "$data"
  as=()
  if [ "$(id -u)" -eq 0 ]; then
    chown "$1:" "$data"
    as=(setpriv --reuid "$1" --regid "$1" --init-groups)
  fi
}

# ready PORT: whether the appliance with its probes there is.
ready() {
  local status
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  read -r status <&3 || :
  exec 3>&-
  case $status in *' 200'*) ;; *) return 1 ;; esac
}

# await_ready NAME PORT: the process that was started last.
await_ready() {
  for _ in $(seq 600); do
    if ready "$2"; then return 0; fi
    runs "$pid" || break
    sleep 0.1
  done
  tail -n 5 "$work/$1.log" >&2
  fail "$1 is not ready"
}

# start_postgres: the newest one that is installed, with its defaults: every commit reaches the disk.
# Its port is in $postgres_port, its process in $postgres_pid; $sql runs statements as its superuser.
start_postgres() {
  say "starting PostgreSQL"
  database_user postgres
  free_port
  local bin
  bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -n 1)
  cd /
  "${as[@]}" "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --no-locale \
    >"$work/postgresql.log" 2>&1 || fail "$(tail -n 3 "$work/postgresql.log")"
  start postgresql "${as[@]}" "$bin/postgres" -D "$data" -p "$port" -k '' \
    -c listen_addresses=127.0.0.1 -c max_connections=200
  await_port postgresql "$port"
  postgres_port=$port postgres_pid=$pid
  sql=(psql -q -h 127.0.0.1 -p "$port" -U postgres -v ON_ERROR_STOP=1)
  for _ in $(seq 100); do
    if "${sql[@]}" -c 'SELECT 1' >/dev/null 2>&1; then break; fi
    sleep 0.1
  done
}
