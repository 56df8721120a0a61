import Live
import Risk
import Testing

@Suite struct ReleaseRuleTests {
    private static let long = 3 * ReleaseRule.longestHold

    private func withholds(said: Int64 = 10, waited: Int64 = 0, hasFailed: Bool = false, killSwitch: KillSwitch = KillSwitch(), reduces: Bool = false) -> Bool {
        ReleaseRule.withholds(said: said, waited: waited, hasFailed: hasFailed, killSwitch: killSwitch, reduces: reduces)
    }

    @Test("an order that waited for the disk too long is another market's; an exit leaves all the same")
    func slowDisk() {
        #expect(!withholds(waited: ReleaseRule.longestHold))
        #expect(withholds(waited: Self.long))
        #expect(!withholds(waited: Self.long, reduces: true))
    }

    @Test("after a trip or a failure nothing leaves that was said before, exits neither", arguments: [true, false])
    func stopped(reduces: Bool) {
        var killSwitch = KillSwitch()
        killSwitch.trip(.limit, time: 20)
        #expect(withholds(said: 19, killSwitch: killSwitch, reduces: reduces))
        #expect(!withholds(said: 20, killSwitch: killSwitch, reduces: reduces), "the gate has let it pass since")
        #expect(withholds(hasFailed: true, reduces: reduces))
        killSwitch.resume(time: 30)
        #expect(!withholds(said: 19, killSwitch: killSwitch))
    }
}
