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

# Seconds of processor time that the server has used, and PostgreSQL, those of its processes that have ended too.
processor() {
    local postmaster
    postmaster=$(head -n 1 "$PULSEGRAPH_DATABASE_DATA_DIRECTORY"/postgres-17/postmaster.pid)
    # shellcheck disable=SC2046 # a file a process
    cat "/proc/$server/stat" "/proc/$postmaster/stat" $(pgrep -P "$postmaster" | sed 's|.*|/proc/&/stat|') 2>/dev/null |
        awk -v server="$server" -v postmaster="$postmaster" -v tick="$(getconf CLK_TCK)" '{
            pid = $1; sub(/.*\) /, ""); seconds[pid == server] += ($12 + $13 + (pid == postmaster ? $14 + $15 : 0)) / tick } END { print seconds[1], seconds[0] }'
}

# Segments that the server has sent to PostgreSQL so far: one a round trip, and one for BEGIN, unless what is sent is long.
segments() {
    ss -tinp "dport = :$PGPORT" | awk -v server="pid=$server," '
        /pid=/ { ours = index($0, server) }
        !/pid=/ && ours && match($0, /data_segs_out:[0-9]+/) { n += substr($0, RSTART + 14, RLENGTH - 14) }
        END { print n + 0 }'
}
allocated() { # bytes so far, as of the last collection
    curl -s "localhost:$port/prometheus" | awk '/^jvm_gc_memory_allocated_bytes_total/ { printf "%.0f\n", $2 }'
}

# Tells what a request takes: processor, memory, segments, and which part of the server's samples is spent on limits of
# callers. `load SECONDS` is what sends requests, and prints how many a second.
describe_request() { # seconds
    local jfr per_second before after
    before="$(processor) $(segments) $(allocated)"
    per_second=$(load "$1")
    after="$(processor) $(segments) $(allocated)"
    awk -v n="$per_second" -v s="$1" -v a="$before" -v b="$after" 'BEGIN {
        split(a, x, " "); split(b, y, " "); n *= s
        printf "A request takes %.3f ms of the server and %.3f ms of PostgreSQL, %.1f segments to it (BEGIN is one of its own), %.0f kB of allocations.\n",
            (y[1] - x[1]) / n * 1e3, (y[2] - x[2]) / n * 1e3, (y[3] - x[3]) / n, (y[4] - x[4]) / n / 1024 }'
    jfr=$(dirname "$(readlink "/proc/$server/exe")")
    "$jfr/jcmd" "$server" JFR.start name=limits settings=profile >/dev/null
    load "$1" >/dev/null
    "$jfr/jcmd" "$server" JFR.dump name=limits filename="$out/limits.jfr" >/dev/null
    "$jfr/jcmd" "$server" JFR.stop name=limits >/dev/null
    # A sample is of the first of our classes in its stack.
    "$jfr/jfr" print --events jdk.ExecutionSample --stack-depth 64 "$out/limits.jfr" | awk '
        /^jdk.ExecutionSample/ { samples++; open = 1 }
        open && /dev\.pulsegraph\./ { open = 0; limits += /\.(RateLimits|Costs|CostModel|OperationUsage|ResponseMemory|DocumentLimits|InFlightLimit|ConnectionShares|HeldBodies|JsonSize)[.$]/ }
        END { printf "Limits of callers take %.1f%% of the samples of the server (%d samples).\n", 100 * limits / samples, samples }'
}
