# What the benchmarks share; they source it. Each has set `home` (the project), `out` (a directory of its own, where it is)
# and `port`.

# The limits of a caller are not what is measured.
no_limits() {
    export PULSEGRAPH_GRAPHQL_RATE_CAPACITY=500000000 PULSEGRAPH_GRAPHQL_RATE_REFILL=500000000
    export PULSEGRAPH_SHARES_CALLER_OPERATIONS=16 PULSEGRAPH_SHARES_ORGANIZATION_OPERATIONS=16
    export PULSEGRAPH_SHARES_HEAVY_OPERATIONS=16 PULSEGRAPH_SHARES_QUEUE_TIMEOUT=60s
}

require_tools() { # tools
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "bench/$(basename "$0") needs $tool; see bench/README.md" >&2; exit 1; }
    done
}

# Starts the product and waits until it is ready; sets `server`, its process, which ends with the script. What else is to be
# ended or removed is done by `clean_up`, where the script has defined it. Jobs would take part in what is measured, and what
# is loaded table by table differs from a recount until all of it is there: they run where the script says so beforehand.
start_server() {
    export PULSEGRAPH_DEMO_ON_FIRST_START=false MICRONAUT_SERVER_PORT=$port
    export PULSEGRAPH_DATABASE_DATA_DIRECTORY=${PULSEGRAPH_DATABASE_DATA_DIRECTORY:-$out/data}
    export PULSEGRAPH_JOBS_ENABLED=${PULSEGRAPH_JOBS_ENABLED:-false}
    "$home/pulsegraph" --version
    "$home/pulsegraph" >server.log 2>&1 &
    server=$!
    trap stop_server EXIT
    for _ in $(seq 600); do
        curl -sf "localhost:$port/health/readiness" >/dev/null && return
        kill -0 $server || { cat server.log; exit 1; }
        sleep 0.1
    done
    echo "The server is not ready after a minute." >&2
    exit 1
}
stop_server() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    if declare -F clean_up >/dev/null; then clean_up; fi
}

# Has psql and pgbench ask the embedded database of the server, as the superuser where nothing else is said, or as the login.
use_embedded_database() {
    local data=$PULSEGRAPH_DATABASE_DATA_DIRECTORY
    export PGHOST=127.0.0.1 PGPORT PGDATABASE=pulsegraph PGUSER=postgres PGPASSFILE=$out/passwords
    PGPORT=$(sed -n 4p "$data/postgres-17/postmaster.pid")
    login_password=$(cat "$data/database-login-password")
    (umask 077 && printf '*:*:*:postgres:%s\n*:*:*:pulsegraph_login:%s\n' \
        "$(cat "$data/database-password")" "$login_password" >"$PGPASSFILE")
}

# The user that a token is of.
user_of() { # token
    cut -d. -f2 <<<"$1" | tr '_-' '/+' | { base64 -d 2>/dev/null || true; } | sed 's/.*"sub":"\([^"]*\).*/\1/'
}
