#pragma once
#include <string>

#include "martlet/journal.hpp"
#include "posix_file.hpp"
#include "signing_key.hpp"

namespace martlet::detail {

/// Takes the lock that the one writer of a directory holds, until the file is closed.
JournalStatus lock_directory(const std::string& directory, File* lock, int* error);

/// "<directory>/journal.key" where the caller named none.
std::string key_path(const std::string& directory, const char* key_file);

/// `recover_journal` for a caller that holds the lock.
RecoveryReport recover_locked(const std::string& directory, const SigningKey& key);

} // namespace martlet::detail
