/// Calls `body` with a copy of the array's elements in memory of its own, and returns what it returns; unlike
/// `Array.withUnsafeBufferPointer` that may be non-copyable. For the constructors of C++ handles; O(count).
public func withElements<Element, Result: ~Copyable, Failure: Error>(
    _ array: [Element], _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
) throws(Failure) -> Result {
    let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: array.count)
    _ = copy.initialize(from: array)
    defer {
        copy.deinitialize()
        copy.deallocate()
    }
    return try body(UnsafeBufferPointer(copy))
}
