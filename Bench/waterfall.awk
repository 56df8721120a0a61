# Prints where instructions and nanoseconds go from tick to order: for the functions that the stages are, how often they were
# called and what a call cost with all that it called. `./martlet bench waterfall` makes its input, `awk -f waterfall.awk
# CALLGRIND [STACKS]`: the callgrind file of `bench tick-to-order`, and the call stacks of a second run of it, sampled every
# `period` nanoseconds of a processor's time (`-v period=`). Calls are counted by the first; the run is the same event by event.
# Swift's functions go by their mangled names, C++'s as callgrind and perf write them.

function named(text,   id) { # callgrind names a function once and numbers it: "(12) name", then "(12)"
    id = text
    sub(/\).*/, ")", id)
    if (match(text, /\) /)) name[id] = substr(text, RSTART + 2)
    return id
}

FNR == 1 { file++ }
# A stack: a line a frame, the innermost first, then an empty line. Each stage that is in it counts once.
file == 2 && NF == 0 { for (stage in stack) { samples[stage]++; delete stack[stage] }; depth = 0; next }
file == 2 {
    for (stage in seen) if ($0 ~ seen[stage]) stack[stage] = 1
    if (depth++ == 0 && /11SessionHostV/) samples["host"]++
    next
}

/^cfn=/ { callee = named(substr($0, 5)); next }
/^fn=/ { current = named(substr($0, 4)); next }
/^calls=/ { split(substr($0, 7), part, " "); pending = part[1]; next }
pending != "" { calls[callee] += pending; cost[callee] += $2; pending = ""; next }
/^[-+*0-9]+ [0-9]+$/ { own[current] += $2 }

function times(pattern,   id, sum) {
    for (id in cost) if (index(name[id], pattern)) sum += calls[id]
    return sum + 0
}

function spent(pattern,   id, sum) {
    for (id in cost) if (index(name[id], pattern)) sum += cost[id]
    return sum + 0
}

function spent_itself(pattern,   id, sum) {
    for (id in own) if (index(name[id], pattern)) sum += own[id]
    return sum + 0
}

# Nanoseconds that samples saw inside a stage.
function sampled(stage) { return samples[stage] * period }

function row(label, count, instructions, nanoseconds) {
    if (count == 0) return
    printf "%-52s %10d %14.0f", label, count, instructions / count
    if (file > 1) printf " %12.0f", nanoseconds / count
    printf "\n"
}

# What a call stack is in, by function. What a function calls last is jumped to, and leaves the caller out of the stack.
BEGIN {
    seen["lane"] = "6EngineAAV7consume6market"
    seen["book"] = "martlet::Book::apply"
    seen["append"] = "martlet::Journal::append"
    seen["release"] = "martlet::Journal::wait_durable"
    seen["council"] = "6Agents7CouncilV6decide"
    seen["decision"] = "6EngineAAV(7consume8decision|6pursue|6submit)"
    seen["gate"] = "4Risk4GateV(5check_|8evaluate)"
    seen["digest"] = "13StreamDigestsV(5input|6output|6settle)"
}

END {
    market = "$s5bench11SessionHostV6market"
    lane = "$s6EngineAAV7consume6market"
    book = "martlet::Book::apply("
    append = "martlet::Journal::append("
    release = "martlet::Journal::wait_durable("
    council = "$s6Agents7CouncilV6decide"
    decision = "$s6EngineAAV7consume8decision"
    gate = "$s4Risk4GateV5check_"
    digest = "13StreamDigestsV"
    if (times(market) == 0) {
        print "no market event was found in the run: were the functions renamed that Bench/waterfall.awk names?"
        exit 1
    }
    printf "%-52s %10s %14s%s\n", "stage", "times", "instructions", (file > 1 ? sprintf(" %12s", "nanoseconds") : "")
    row("market event: number, time, the host's own", times(market), spent_itself("11SessionHostV"), sampled("host"))
    row("engine: lane, bars, features, stop", times(lane), spent(lane) - spent(book), sampled("lane") - sampled("book"))
    row("book", times(book), spent(book), sampled("book"))
    row("journal, append of a record", times(append), spent(append), sampled("append"))
    row("council", times(council), spent(council), sampled("council"))
    row("decision: sizing, gate, order table", times(decision), spent(decision), sampled("decision"))
    row("  gate", times(gate), spent(gate), sampled("gate"))
    # All that the journal's thread had not come to is written here, which under Valgrind is much, and hashed without the
    # processor's SHA instructions, which Valgrind does not have: only to be compared with itself.
    row("release: writes what waits, hashed in software", times(release), spent(release), sampled("release"))
    records = times(digest "5input") + times(digest "6output")
    row("SHA-256 of the streams, a record, in software", records, spent(digest "5input") + spent(digest "6output") + spent(digest "6settle"), sampled("digest"))
}
