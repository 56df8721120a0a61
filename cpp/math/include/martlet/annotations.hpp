#pragma once
#include <cstddef>

// How Swift sees a C++ declaration. The toolchain's own <swift/bridging> is not on the default search
// path on Linux, so the attributes that we use are spelled here; another compiler ignores them.

#if defined(__clang__)
/// The type cannot be copied in Swift: it is imported as `~Copyable`, destroyed once by its owner.
#define MARTLET_NONCOPYABLE __attribute__((swift_attr("~Copyable")))
/// A method that returns a pointer or reference into its object keeps its plain name in Swift; the
/// caller answers for the lifetime.
#define MARTLET_RETURNS_INTERIOR __attribute__((swift_attr("import_unsafe")))
#else
#define MARTLET_NONCOPYABLE
#define MARTLET_RETURNS_INTERIOR
#endif
