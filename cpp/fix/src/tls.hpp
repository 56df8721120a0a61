#pragma once
#include <atomic>
#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "martlet/tls_settings.hpp"

namespace martlet::fix {

struct TlsDelete {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};

/// What the connections of one side have in common: authorities, certificate, key. Used by any thread.
class TlsContext {
public:
    /// For a session that connects to `host`. Null with the reason: a file cannot be read, or key and certificate do not
    /// belong together.
    static std::unique_ptr<TlsContext> client(const TlsSettings& settings, const std::string& host, std::string* error);
    /// For a venue.
    static std::unique_ptr<TlsContext> server(const TlsSettings& settings, std::string* error);

    /// Greets the peer over a connected socket and checks its certificate, for at most `milliseconds` or until `stop`. Null
    /// with the reason. What it returns reads and writes without blocking.
    std::unique_ptr<SSL, TlsDelete> greet(int socket, int milliseconds, const std::atomic<bool>& stop, std::string* error) const;

private:
    explicit TlsContext(bool server) noexcept : server_(server) {}
    bool load(const TlsSettings& settings, std::string* error);
    bool expect(SSL* ssl, std::string* error) const;

    bool server_;
    std::string server_name_; ///< what the peer's certificate must bear
    std::string authorities_; ///< where the believed authorities come from, for people
    std::unique_ptr<SSL_CTX, TlsDelete> context_;
};

} // namespace martlet::fix
