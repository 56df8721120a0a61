#pragma once
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"

namespace martlet::test {

/// A folder of this test alone, removed with it.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "martlet-feed-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }
    /// Writes a file and returns its path.
    std::string write(std::string_view name, std::string_view bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }

private:
    std::string path_;
};

inline std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

inline std::string gzip(std::string_view plain) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(compressBound(plain.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// With a checksum, as the command line tool writes it; without one a flipped bit cannot be told from other data.
inline std::string zstd(std::string_view plain) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    std::string out(ZSTD_compressBound(plain.size()) + 16, '\0');
    out.resize(ZSTD_compress2(context, out.data(), out.size(), plain.data(), plain.size()));
    ZSTD_freeCCtx(context);
    return out;
}

/// A file of the market data samples, which lie beside the checkout; empty where they are not there. With
/// MARTLET_DATA=required their absence is a failure.
inline std::string sample(const std::string& name) {
    const std::string path = MARTLET_SOURCE_FOLDER "/../shared/data/" + name;
    if (std::filesystem::exists(path)) return path;
    const char* demand = std::getenv("MARTLET_DATA");
    if (demand != nullptr && std::string_view(demand) == "required") ADD_FAILURE() << "no sample ../shared/data/" << name;
    return {};
}

#define MARTLET_SAMPLE(variable, name)                                                          \
    const std::string variable = ::martlet::test::sample(name);                                 \
    if (variable.empty()) GTEST_SKIP() << "market data samples are not beside the checkout: " << name

} // namespace martlet::test
