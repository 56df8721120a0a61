#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace martlet::test {

/// A key with a certificate, made while the test runs; no key is ever kept.
class Certificate {
public:
    struct Terms {
        std::string names = "DNS:localhost,IP:127.0.0.1"; ///< subjectAltName; empty: none
        bool authority = false;
        long from_seconds = -3600, until_seconds = 3600; ///< from now
    };

    /// Signed by `issuer`, by itself where that is null.
    Certificate(const std::string& common_name, const Terms& terms, const Certificate* issuer) : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        static long serial = 0;
        X509* made = certificate_.get();
        X509_set_version(made, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(made), terms.from_seconds);
        X509_gmtime_adj(X509_getm_notAfter(made), terms.until_seconds);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
        const Certificate& signer = issuer != nullptr ? *issuer : *this;
        X509_set_issuer_name(made, X509_get_subject_name(signer.certificate_.get()));
        X509_set_pubkey(made, key_.get());
        extend(signer, NID_basic_constraints, terms.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
        if (!terms.names.empty()) extend(signer, NID_subject_alt_name, terms.names.c_str());
        if (X509_sign(made, signer.key_.get(), EVP_sha256()) == 0) throw std::runtime_error("cannot sign a certificate");
    }

    /// Writes the certificate, or the key, and returns the path.
    std::string write_certificate(const std::string& path) const {
        const File file = open(path);
        PEM_write_X509(file.get(), certificate_.get());
        return path;
    }
    std::string write_key(const std::string& path) const {
        const File file = open(path);
        PEM_write_PrivateKey(file.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        return path;
    }

private:
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
    static File open(const std::string& path) { return File(std::fopen(path.c_str(), "w"), std::fclose); }

    void extend(const Certificate& signer, int kind, const char* value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, signer.certificate_.get(), certificate_.get(), nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
        if (extension == nullptr) throw std::runtime_error("cannot make an extension");
        X509_add_ext(certificate_.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }

    struct Delete {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(X509* certificate) const { X509_free(certificate); }
    };
    std::unique_ptr<EVP_PKEY, Delete> key_;
    std::unique_ptr<X509, Delete> certificate_;
};

} // namespace martlet::test
