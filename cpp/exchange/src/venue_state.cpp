#include <algorithm>
#include <cstring>
#include <filesystem>

#include "martlet/venue_server.hpp"

#include "venue_books.hpp"
#include "venue_desk.hpp"

// The venue's books as JSON, from a running desk or from the journal of one that is gone.

namespace martlet {
namespace exchange {
namespace {

const char* status_text(OrderStatus status) noexcept {
    switch (status) {
    case OrderStatus::pending_new: return "pending_new";
    case OrderStatus::new_order: return "new";
    case OrderStatus::partially_filled: return "partially_filled";
    case OrderStatus::filled: return "filled";
    case OrderStatus::canceled: return "canceled";
    case OrderStatus::rejected: return "rejected";
    case OrderStatus::expired: return "expired";
    default: return "unknown";
    }
}

/// Appends compact JSON. Strings are ids and symbols; other characters are escaped all the same.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void open(char bracket) {
        comma();
        out_ += bracket;
        fresh_ = true;
    }
    void close(char bracket) {
        out_ += bracket;
        fresh_ = false;
    }
    void key(const char* name) {
        comma();
        quote(name);
        out_ += ':';
        fresh_ = true;
    }
    void text(const char* name, std::string_view value) {
        key(name);
        comma();
        quote(value);
    }
    template <class Integer> void number(const char* name, Integer value) {
        key(name);
        comma();
        out_ += std::to_string(value);
    }

private:
    void comma() {
        if (!fresh_) out_ += ',';
        fresh_ = false;
    }
    void quote(std::string_view value) {
        static constexpr char digits[] = "0123456789abcdef";
        out_ += '"';
        for (const char c : value) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') (out_ += '\\') += c;
            else if (byte < 0x20 || byte > 0x7E) ((out_ += "\\u00") += digits[byte >> 4]) += digits[byte & 15];
            else out_ += c;
        }
        out_ += '"';
    }

    std::string& out_;
    bool fresh_ = true;
};

void write_order(JsonWriter& json, const VenueOrder& order, const InstrumentDefinition& instrument) {
    json.open('{');
    json.number("order", order.number);
    json.text("clientOrder", order.client_order);
    json.text("symbol", instrument.symbol);
    json.text("side", order.side == Side::buy ? "buy" : "sell");
    json.text("status", status_text(order.status));
    json.number("price", order.price);
    json.number("quantity", order.quantity);
    json.number("cumulative", order.cumulative);
    json.number("leaves", order.leaves);
    json.close('}');
}

} // namespace

std::string books_json(const VenueBooks& books, const VenueStateHead& head) {
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.number("run", head.run);
    json.number("time", head.time);
    json.number("nextOrder", head.next_order);
    json.number("nextExecution", head.next_execution);
    json.number("executions", books.executions().size());
    json.key("owners");
    json.open('[');
    for (std::uint32_t owner = 1; owner < books.owners().size(); ++owner) {
        json.open('{');
        json.text("name", books.owners()[owner]);
        std::uint64_t executions = 0;
        for (const OrderEvent& one : books.executions()) {
            const VenueOrder* order = books.find_key(one.client_order);
            executions += order != nullptr && order->owner == owner ? 1 : 0;
        }
        json.number("executions", executions);
        json.key("accounts");
        json.open('[');
        for (const InstrumentDefinition& instrument : books.instruments()) {
            const Holding holding = books.holding(owner, instrument.id);
            json.open('{');
            json.text("symbol", instrument.symbol);
            json.number("position", holding.position);
            json.number("cash", holding.cash);
            json.number("fees", holding.fees);
            json.close('}');
        }
        json.close(']');
        json.key("orders");
        json.open('[');
        for (const VenueOrder& order : books.orders())
            if (order.owner == owner) write_order(json, order, books.instruments()[order.instrument]);
        json.close(']');
        json.close('}');
    }
    json.close(']');
    json.close('}');
    return out;
}

std::size_t copy_json(const std::string& json, char* text, std::size_t capacity) noexcept {
    if (capacity > 0 && text != nullptr) {
        const std::size_t length = std::min(json.size(), capacity - 1);
        std::memcpy(text, json.data(), length);
        text[length] = '\0';
    }
    return json.size();
}

std::string VenueDesk::state_json() const {
    return books_json(books_, {head_.run, exchange_.now(), exchange_.next_order(), exchange_.next_execution()});
}

} // namespace exchange

VenueStatus read_venue_state(const char* data_directory, char* text, std::size_t capacity, std::size_t* length) noexcept {
    using namespace exchange;
    try {
        if (data_directory == nullptr) return VenueStatus::bad_options;
        const std::string path = (std::filesystem::path(data_directory) / "venue.journal").string();
        if (!std::filesystem::exists(path)) return VenueStatus::directory_unusable;
        VenueBooks books;
        VenueStateHead head{};
        const JournalResult result = VenueJournal::read(
            path, [&](const VenueFrame& frame, const unsigned char* payload) { read_record(books, head, frame, payload); }, false);
        if (result.code == JournalResult::Code::damaged) return VenueStatus::journal_damaged;
        if (result.code != JournalResult::Code::ok) return VenueStatus::directory_unusable;
        const std::size_t needed = copy_json(books_json(books, head), text, capacity);
        if (length != nullptr) *length = needed;
        return VenueStatus::ok;
    } catch (...) {
        return VenueStatus::out_of_resources;
    }
}

} // namespace martlet
