internal import Agents
internal import Features
internal import Foundation

/// A question to the council: what the engine asked, with what it showed.
struct CouncilQuestion: Sendable {
    var request: UInt64
    var observation: Observation
}

/// The council's answer.
struct CouncilAnswer: Sendable {
    var request: UInt64
    var instrument: UInt32
    var decision: CouncilDecision
}

/// The council on its own thread: the engine never waits for it.
///
/// Questions and answers are bounded; a question that finds the mailbox full is not asked, and the deadline
/// has the fallback answer it.
final class CouncilWorker: @unchecked Sendable {
    private let council: Council
    private let questions: BoundedMailbox<CouncilQuestion>
    private let answers: BoundedMailbox<CouncilAnswer>
    private let wake: @Sendable () -> Void
    private let ended = DispatchSemaphore(value: 0)

    /// `wake` is called after each answer, on the council's thread.
    init(council: Council, bound: Int, wake: @escaping @Sendable () -> Void) {
        self.council = council
        questions = BoundedMailbox(bound: bound)
        answers = BoundedMailbox(bound: bound)
        self.wake = wake
        let thread = Thread { [self] in run() }
        thread.name = "council"
        thread.start()
    }

    /// Asks; false where too many questions wait.
    func ask(_ question: CouncilQuestion) -> Bool { questions.put(question) }

    /// An answer, if there is one.
    func answer() -> CouncilAnswer? { answers.take() }

    /// Ends the thread and waits for it.
    func stop() {
        questions.close()
        answers.close()
        ended.wait()
    }

    private func run() {
        while let question = questions.wait() {
            let decision = council.decide(question.observation)
            let answer = CouncilAnswer(
                request: question.request, instrument: question.observation.instrument, decision: decision)
            // Refused only when stopping, or when nobody took the answers before: they are late then anyway.
            if answers.put(answer) { wake() }
        }
        ended.signal()
    }
}
