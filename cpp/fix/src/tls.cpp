#include "tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace martlet::fix {
namespace {

/// The reason of OpenSSL's last error; its queue is empty afterwards.
std::string last_reason() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* text = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return text != nullptr ? text : "unknown reason";
}

// A socket of ours as OpenSSL's input and output: it neither blocks nor raises SIGPIPE, which OpenSSL's own does.

int socket_of(BIO* bio) noexcept { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int write_bytes(BIO* bio, const char* data, int size) {
    BIO_clear_retry_flags(bio);
    ssize_t written = 0;
    do written = ::send(socket_of(bio), data, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
    while (written < 0 && errno == EINTR);
    if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_write(bio);
    return static_cast<int>(written);
}

int read_bytes(BIO* bio, char* to, int size) {
    BIO_clear_retry_flags(bio);
    ssize_t got = 0;
    do got = ::recv(socket_of(bio), to, static_cast<std::size_t>(size), MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_read(bio);
    if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(got);
}

long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH;
}

BIO* bio_over(int socket) {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
        BIO_meth_set_write(made, write_bytes);
        BIO_meth_set_read(made, read_bytes);
        BIO_meth_set_ctrl(made, control);
        return made;
    }();
    BIO* bio = method != nullptr ? BIO_new(method) : nullptr;
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
    BIO_set_init(bio, 1);
    return bio;
}

// Why a certificate was refused, in words that tell what was expected and what came.

/// What the callback below found out about the certificate that was refused.
struct Refused {
    int code = X509_V_OK;
    std::string subject, issuer, names, until;
};

int refused_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

std::string text_of(const X509_NAME* name) {
    char text[256] = "";
    X509_NAME_oneline(name, text, sizeof text);
    return text;
}

std::string time_text(const ASN1_TIME* time) {
    tm parts{};
    char text[32];
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
    return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts));
}

/// The names that a certificate bears, comma-separated.
std::string names_of(const X509* certificate) {
    std::string names;
    auto* all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
        char address[INET6_ADDRSTRLEN] = "";
        std::string text;
        if (name->type == GEN_DNS)
            text.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)), static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
        else if (name->type == GEN_IPADD && ::inet_ntop(ASN1_STRING_length(name->d.iPAddress) == 4 ? AF_INET : AF_INET6,
                                                        ASN1_STRING_get0_data(name->d.iPAddress), address, sizeof address) != nullptr)
            text = address;
        if (text.empty()) continue;
        if (!names.empty()) names += ", ";
        names += text;
    }
    GENERAL_NAMES_free(all);
    return names.empty() ? "no name" : names;
}

/// OpenSSL's verdict on one certificate of the chain; what was wrong first is kept.
int verified(int good, X509_STORE_CTX* chain) {
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* refused = static_cast<Refused*>(SSL_get_ex_data(ssl, refused_index()));
    const X509* certificate = X509_STORE_CTX_get_current_cert(chain);
    if (good == 1 || refused == nullptr || certificate == nullptr || refused->code != X509_V_OK) return good;
    refused->code = X509_STORE_CTX_get_error(chain);
    refused->subject = text_of(X509_get_subject_name(certificate));
    refused->issuer = text_of(X509_get_issuer_name(certificate));
    refused->names = names_of(certificate);
    refused->until = time_text(refused->code == X509_V_ERR_CERT_NOT_YET_VALID ? X509_get0_notBefore(certificate) : X509_get0_notAfter(certificate));
    return good;
}

std::string explain(const Refused& refused, const std::string& expected_name, const std::string& authorities) {
    switch (refused.code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "expected a certificate for " + expected_name + ", was one for " + refused.names;
    case X509_V_ERR_CERT_HAS_EXPIRED: return "the certificate " + refused.subject + " expired at " + refused.until;
    case X509_V_ERR_CERT_NOT_YET_VALID: return "the certificate " + refused.subject + " is valid only from " + refused.until;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "the certificate " + refused.subject + " was issued by " + refused.issuer + ", which is no authority of " + authorities;
    default: return "the certificate " + refused.subject + " was refused: " + X509_verify_cert_error_string(refused.code);
    }
}

} // namespace

std::unique_ptr<TlsContext> TlsContext::client(const TlsSettings& settings, const std::string& host, std::string* error) {
    std::unique_ptr<TlsContext> made(new TlsContext(false));
    made->server_name_ = settings.server_name != nullptr ? settings.server_name : host;
    if (made->server_name_.empty()) {
        *error = "tls server_name: expected a name or address";
        return nullptr;
    }
    return made->load(settings, error) ? std::move(made) : nullptr;
}

std::unique_ptr<TlsContext> TlsContext::server(const TlsSettings& settings, std::string* error) {
    std::unique_ptr<TlsContext> made(new TlsContext(true));
    if (settings.certificate_file == nullptr) {
        *error = "tls certificate_file and key_file: a venue needs both";
        return nullptr;
    }
    return made->load(settings, error) ? std::move(made) : nullptr;
}

bool TlsContext::load(const TlsSettings& settings, std::string* error) {
    if ((settings.certificate_file == nullptr) != (settings.key_file == nullptr)) {
        *error = "tls certificate_file and key_file: expected both or none";
        return false;
    }
    ERR_clear_error();
    context_.reset(SSL_CTX_new(server_ ? TLS_server_method() : TLS_client_method()));
    SSL_CTX* context = context_.get();
    if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
        *error = "cannot set up TLS: " + last_reason();
        return false;
    }
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // A message may wait in a backlog that moves, and be sent in parts.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    authorities_ = settings.ca_file != nullptr ? settings.ca_file : "the system's";
    if (settings.ca_file != nullptr && SSL_CTX_load_verify_file(context, settings.ca_file) != 1) {
        *error = "cannot read the authorities of tls ca_file " + std::string(settings.ca_file) + ": " + last_reason();
        return false;
    }
    if (settings.ca_file == nullptr && !server_) SSL_CTX_set_default_verify_paths(context);
    if (!server_ || settings.ca_file != nullptr) SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verified);
    if (settings.certificate_file == nullptr) return true;
    if (SSL_CTX_use_certificate_chain_file(context, settings.certificate_file) != 1) {
        *error = "cannot read tls certificate_file " + std::string(settings.certificate_file) + ": " + last_reason();
        return false;
    }
    if (SSL_CTX_use_PrivateKey_file(context, settings.key_file, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(context) != 1) {
        *error = "cannot use tls key_file " + std::string(settings.key_file) + " with the certificate: " + last_reason();
        return false;
    }
    return true;
}

/// Which name the peer's certificate must bear.
bool TlsContext::expect(SSL* ssl, std::string* error) const {
    if (server_) return true;
    X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const char* name = server_name_.c_str();
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1) return true;
    ERR_clear_error();
    if (SSL_set1_host(ssl, name) == 1 && SSL_set_tlsext_host_name(ssl, name) == 1) return true;
    *error = "tls server_name " + server_name_ + " cannot be expected of a certificate: " + last_reason();
    return false;
}

std::unique_ptr<SSL, TlsDelete> TlsContext::greet(int socket, int milliseconds, const std::atomic<bool>& stop, std::string* error) const {
    using Clock = std::chrono::steady_clock;
    ERR_clear_error();
    std::unique_ptr<SSL, TlsDelete> ssl(SSL_new(context_.get()));
    BIO* bio = ssl != nullptr ? bio_over(socket) : nullptr;
    if (bio == nullptr) {
        *error = "cannot set up TLS: " + last_reason();
        return nullptr;
    }
    SSL_set_bio(ssl.get(), bio, bio);
    Refused refused;
    SSL_set_ex_data(ssl.get(), refused_index(), &refused);
    if (!expect(ssl.get(), error)) return nullptr;
    const auto deadline = Clock::now() + std::chrono::milliseconds(milliseconds);
    for (;;) {
        ERR_clear_error();
        const int result = server_ ? SSL_accept(ssl.get()) : SSL_connect(ssl.get());
        if (result == 1) {
            SSL_set_ex_data(ssl.get(), refused_index(), nullptr);
            return ssl;
        }
        const int problem = SSL_get_error(ssl.get(), result);
        if (problem != SSL_ERROR_WANT_READ && problem != SSL_ERROR_WANT_WRITE) {
            *error = refused.code != X509_V_OK         ? explain(refused, server_name_, authorities_)
                     : ERR_peek_last_error() != 0 ? "no agreement: " + last_reason()
                                                       : "the peer hung up during the greeting; it may not speak TLS";
            return nullptr;
        }
        if (stop.load(std::memory_order_acquire) || Clock::now() >= deadline) {
            *error = "the peer did not greet within " + std::to_string(milliseconds) + " ms; it may not speak TLS";
            return nullptr;
        }
        pollfd watched{socket, static_cast<short>(problem == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
        ::poll(&watched, 1, 50);
    }
}

} // namespace martlet::fix
