# Prints where the instructions from tick to order go, out of the callgrind file of `bench tick-to-order`: for the functions
# that the stages are, how often they were called and what a call cost with all that it called. `./martlet bench waterfall`
# makes both. Swift's functions go by their mangled names, C++'s as callgrind writes them.

function named(text,   id) { # callgrind names a function once and numbers it: "(12) name", then "(12)"
    id = text
    sub(/\).*/, ")", id)
    if (match(text, /\) /)) name[id] = substr(text, RSTART + 2)
    return id
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

function row(label, count, instructions) {
    if (count > 0) printf "%-52s %10d %14.0f\n", label, count, instructions / count
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
    printf "%-52s %10s %14s\n", "stage", "times", "instructions"
    row("market event: number, time, the host's own", times(market), spent_itself("11SessionHostV"))
    row("engine: lane, bars, features, stop", times(lane), spent(lane) - spent(book))
    row("book", times(book), spent(book))
    row("journal, append of a record", times(append), spent(append))
    row("council", times(council), spent(council))
    row("decision: sizing, gate, order table", times(decision), spent(decision))
    row("  gate", times(gate), spent(gate))
    # All that the journal's thread had not come to is written here, which under Valgrind is much, and hashed without the
    # processor's SHA instructions, which Valgrind does not have: only to be compared with itself.
    row("release: writes what waits, hashed in software", times(release), spent(release))
    records = times(digest "5input") + times(digest "6output")
    row("SHA-256 of the streams, a record, in software", records, spent(digest "5input") + spent(digest "6output") + spent(digest "6settle"))
}
