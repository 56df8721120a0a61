import Core
import Testing

@Suite struct StateCoderTests {
    private enum Colour: UInt8 { case red = 1, blue = 2 }

    private struct Sample: Equatable {
        var small: UInt8 = 7
        var large = Int128.max - 5
        var real = -0.0
        var flag = true
        var maybe: Int64? = -3
        var none: Int64?
        var colour = Colour.blue
        var text = "Grüße"
        var list: [Int32] = [1, -2, 3]
        var pair = SIMD2<Int64>(4, 5)

        mutating func code(_ state: inout StateCoder) {
            state.section("sample")
            state.value(&small)
            state.value(&large)
            state.value(&real)
            state.value(&flag)
            state.value(&maybe)
            state.value(&none)
            state.choice(&colour)
            state.value(&text)
            state.array(&list, atMost: 10, blank: 0) { $0.value(&$1) }
            state.plain(&pair)
            state.expect(Int64(12), "a dozen")
        }
    }

    private static func written(_ sample: Sample = Sample()) -> StateBuffer {
        let buffer = StateBuffer(capacity: 1)
        var state = StateCoder(writing: buffer)
        var sample = sample
        sample.code(&state)
        #expect(state.isWhole && state.problem == nil)
        return buffer
    }

    private static let other = Sample(
        small: 0, large: 0, real: 1, flag: false, maybe: nil, none: 9, colour: .red, text: "", list: [], pair: .zero)

    @Test("what was written is read, whatever was there before, and to the bit")
    func roundTrip() {
        let buffer = Self.written()
        var read = Self.other
        var state = StateCoder(reading: buffer)
        read.code(&state)
        #expect(read == Sample() && state.isWhole)
        #expect(read.real.sign == .minus)
        #expect(Self.written(read).withBytes { Array($0) } == buffer.withBytes { Array($0) })
    }

    @Test("a state that is cut anywhere is refused, and never read beyond its end")
    func cut() {
        let bytes = Self.written().withBytes { Array($0) }
        for count in 0..<bytes.count {
            let buffer = bytes[..<count].withUnsafeBytes { StateBuffer(copying: $0) }
            var state = StateCoder(reading: buffer)
            var read = Self.other
            read.code(&state)
            #expect(!state.isWhole && state.problem != nil, "\(count) bytes")
        }
        let longer = (bytes + [0]).withUnsafeBytes { StateBuffer(copying: $0) }
        var state = StateCoder(reading: longer)
        var read = Self.other
        read.code(&state)
        #expect(state.problem == nil && !state.isWhole)
    }

    @Test("impossible counts, flags, raw values, sections and expectations are refused by name")
    func impossible() {
        let bytes = Self.written().withBytes { Array($0) }
        func problem(_ change: (inout [UInt8]) -> Void) -> String {
            var changed = bytes
            change(&changed)
            var state = StateCoder(reading: changed.withUnsafeBytes { StateBuffer(copying: $0) })
            var read = Self.other
            read.code(&state)
            return state.problem ?? ""
        }
        #expect(problem { $0[0] ^= 1 }.contains("part 'sample'"))
        #expect(problem { $0[29] = 2 }.contains("flag"))
        #expect(problem { $0[40] = 3 }.contains("Colour"))
        #expect(problem { $0[$0.count - 8] = 13 }.contains("a dozen is 13"))
        #expect(problem { $0[41] = 0xFF; $0[48] = 0x7F }.contains("where at most"))
    }
}
