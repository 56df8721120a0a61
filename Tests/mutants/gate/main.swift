import Glibc
import Risk

// The random walk of gate and naive gate alone, as a program: it is built once and linked with one mutant of the
// gate after the other. Exit 0: gate and naive gate agreed (a mutant survived); 1: they differed.

let count = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 0 : 0
guard count > 0 else {
    print("usage: walk COMMANDS")
    exit(2)
}
for seed in UInt64(1)...20 {
    var walk = GateWalk(seed: seed)
    walk.run(commands: count / 20)
    if let failure = walk.failure {
        print("seed \(seed): \(failure)")
        exit(1)
    }
}
