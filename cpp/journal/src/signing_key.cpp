#include "signing_key.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>
#include <utility>

#include "posix_file.hpp"

namespace martlet::detail {
namespace {

constexpr std::size_t longest_key_file = 65536;

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

bool raw_public_key(const EVP_PKEY* key, PublicKey* out) {
    std::size_t size = out->size();
    return EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
           EVP_PKEY_get_raw_public_key(key, out->data(), &size) == 1 && size == out->size();
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size > 0 ? size : 0)};
}

std::string private_pem(EVP_PKEY* key) {
    // A secure-memory buffer, wiped when freed.
    Bio bio(BIO_new(BIO_s_secmem()));
    if (bio == nullptr) bio.reset(BIO_new(BIO_s_mem()));
    if (bio == nullptr || PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return {};
    }
    return text_of(bio.get());
}

std::string public_pem(EVP_PKEY* key) {
    Bio bio(BIO_new(BIO_s_mem()));
    if (bio == nullptr || PEM_write_bio_PUBKEY(bio.get(), key) != 1) return {};
    return text_of(bio.get());
}

} // namespace

SigningKey::SigningKey(SigningKey&& other) noexcept : key_(other.key_), public_key_(other.public_key_) {
    other.key_ = nullptr;
}

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
    std::swap(key_, other.key_);
    std::swap(public_key_, other.public_key_);
    return *this;
}

SigningKey::~SigningKey() { EVP_PKEY_free(key_); }

JournalStatus SigningKey::load_or_make(const std::string& path, int* error) {
    JournalStatus status = load(path, error);
    if (status == JournalStatus::not_found) {
        status = make(path, error);
        if (status == JournalStatus::ok) status = load(path, error); // whoever made it, us or another, it is read one way
    }
    if (status != JournalStatus::ok) return status;
    const std::string public_path = path + ".pub";
    PublicKey published;
    status = read_public_key(public_path, &published, error);
    // A public key of another pair beside ours would have every check against it fail later.
    if (status == JournalStatus::ok && published != public_key_) return JournalStatus::key_error;
    if (status != JournalStatus::not_found) return status;
    const std::string pem = public_pem(key_);
    *error = write_file_atomically(public_path, pem.data(), pem.size(), 0644, true);
    return status_of(*error);
}

JournalStatus SigningKey::load(const std::string& path, int* error) {
    struct stat facts;
    if (stat(path.c_str(), &facts) != 0) {
        *error = errno;
        return status_of(*error);
    }
    if ((facts.st_mode & 077) != 0) return JournalStatus::key_error;
    std::string pem;
    *error = read_file(path, longest_key_file, &pem);
    if (*error != 0) return status_of(*error);
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    // An empty passphrase instead of a question on the terminal.
    Key key(bio == nullptr ? nullptr : PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")));
    if (key == nullptr || !raw_public_key(key.get(), &public_key_)) return JournalStatus::key_error;
    EVP_PKEY_free(key_);
    key_ = key.release();
    return JournalStatus::ok;
}

JournalStatus SigningKey::make(const std::string& path, int* error) {
    const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const std::string pem = key == nullptr ? std::string() : private_pem(key.get());
    if (pem.empty()) return JournalStatus::key_error;
    if (*error = make_directories(parent_of(path)); *error != 0) return status_of(*error);
    // Linked into place, which unlike a rename never replaces a key that appeared meanwhile.
    const std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
    unlink(temporary.c_str());
    File file;
    *error = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600, &file);
    if (*error != 0) return status_of(*error);
    *error = write_all(file.get(), pem.data(), pem.size());
    if (*error == 0 && fsync(file.get()) != 0) *error = errno;
    if (*error == 0 && link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) *error = errno;
    unlink(temporary.c_str());
    if (*error == 0) *error = sync_directory(parent_of(path));
    return status_of(*error);
}

Signature SigningKey::sign(const void* message, std::size_t size) const {
    Signature signature;
    std::size_t length = signature.size();
    const Context context(EVP_MD_CTX_new());
    if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &length, static_cast<const unsigned char*>(message), size) != 1 ||
        length != signature.size()) {
        std::abort(); // out of memory, or not a key that load() accepted
    }
    return signature;
}

bool signature_holds(const PublicKey& key, const void* message, std::size_t size, const std::uint8_t* signature) {
    const Key loaded(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
    const Context context(EVP_MD_CTX_new());
    return loaded != nullptr && context != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, loaded.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature, std::tuple_size_v<Signature>,
                            static_cast<const unsigned char*>(message), size) == 1;
}

JournalStatus read_public_key(const std::string& path, PublicKey* out, int* error) {
    std::string pem;
    *error = read_file(path, longest_key_file, &pem);
    if (*error != 0) return status_of(*error);
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Key key(bio == nullptr ? nullptr : PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, const_cast<char*>("")));
    return key != nullptr && raw_public_key(key.get(), out) ? JournalStatus::ok : JournalStatus::key_error;
}

} // namespace martlet::detail
