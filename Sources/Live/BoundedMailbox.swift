internal import Glibc

/// A bounded queue between two threads: any thread puts, any thread takes; full means refused, never dropped silently.
final class BoundedMailbox<Element>: @unchecked Sendable {
    private let bound: Int
    private var items: [Element] = []
    private var isClosed = false
    // Allocated so that their addresses are stable, as POSIX asks.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init(bound: Int) {
        self.bound = bound
        items.reserveCapacity(bound)
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Appends; false where the mailbox is full or closed.
    func put(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed && items.count < bound else { return false }
        items.append(element)
        pthread_cond_signal(condition)
        return true
    }

    /// The oldest element, or `nil` at once where there is none.
    func take() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return items.isEmpty ? nil : items.removeFirst()
    }

    /// Waits for the oldest element; `nil` once the mailbox is closed and empty.
    func wait() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while items.isEmpty && !isClosed { pthread_cond_wait(condition, mutex) }
        return items.isEmpty ? nil : items.removeFirst()
    }

    /// Refuses what comes and lets waiters go.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}
