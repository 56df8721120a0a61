#pragma once
#include <cstddef>
#include <cstdint>

namespace martlet {

/// How a FIX connection is encrypted: TLS 1.2 or later. Files are PEM, read when the session starts; texts are copied.
///
/// A broker session checks that the venue's certificate leads to an authority in `ca_file`, is in date, and bears
/// `server_name`; anything else ends the connection before a byte of FIX is sent.
struct TlsSettings {
    bool enabled = false;
    const char* ca_file = nullptr;          ///< the authorities believed, and no others. Null: a broker session believes the
                                            ///< system's, a venue asks its clients for no certificate
    const char* server_name = nullptr;      ///< broker session: name or address that the certificate must bear; null: the host
    const char* certificate_file = nullptr; ///< ours, with the chain behind it; a venue must have one
    const char* key_file = nullptr;         ///< its private key; goes with `certificate_file`
};

} // namespace martlet
