#include "scenario_player.hpp"

#include <algorithm>

#include "test_clock.hpp"

namespace martlet::test {
namespace {

constexpr char separator = '\001';

std::string timestamp(std::int64_t seconds_from_now) {
    char text[fix::time_text_capacity];
    fix::write_time(fix::wall_clock() + seconds_from_now * 1'000'000'000, 3, text);
    return text;
}

/// "?" and "?+N" are a number that is computed, the latter then made wrong by N.
bool is_computed(const std::string& value) { return !value.empty() && value[0] == '?'; }
std::size_t wrong_by(const std::string& value) { return value.size() > 1 ? static_cast<std::size_t>(std::stol(value.substr(1))) : 0; }

std::string three_digits(unsigned number) {
    char text[16];
    std::snprintf(text, sizeof text, "%03u", number);
    return text;
}

unsigned checksum(const std::string& text) {
    unsigned sum = 0;
    for (const char c : text) sum += static_cast<unsigned char>(c);
    return sum % 256;
}

bool is_envelope(const std::string& tag) { return tag == "8" || tag == "9" || tag == "10" || tag == "49" || tag == "52" || tag == "56"; }

} // namespace

bool ScenarioPlayer::fail(const std::string& what) const {
    ADD_FAILURE() << what;
    return false;
}

void ScenarioPlayer::play(const Scenario& scenario) {
    connections_.clear();
    pings_ = 0;
    std::uint32_t heartbeat = 30;
    for (const Step& step : scenario.steps)
        if (step.verb == "logon" && !step.rest.empty()) heartbeat = static_cast<std::uint32_t>(std::stoul(step.rest));
    subject_.begin(heartbeat);
    for (const Step& each : scenario.steps) {
        SCOPED_TRACE(scenario.file + ".txt:" + std::to_string(each.line) + ", scenario '" + scenario.title + "'");
        current_ = &connections_[each.connection];
        bool good = false;
        try {
            good = step(each);
        } catch (const std::exception& problem) {
            ADD_FAILURE() << "cannot play '" << each.verb << " " << each.rest << "': " << problem.what();
        }
        if (!good) break;
    }
    connections_.clear();
    subject_.end();
}

bool ScenarioPlayer::step(const Step& step) {
    const std::string& verb = step.verb;
    const std::size_t space = step.rest.find(' ');
    const std::string first = step.rest.substr(0, space);
    const std::string second = space == std::string::npos ? "" : step.rest.substr(space + 1);
    if (verb == "connect") return connect();
    if (verb == "logon") return logon(first.empty() ? "30" : first);
    if (verb == "restart") return restart(first == "reset");
    if (verb == "time") return advance_clock(std::stoll(first)), true;
    if (current_->peer == nullptr) return fail("there is no connection");
    if (verb == ">") return send(first, second);
    if (verb == "raw") return raw(step.rest);
    if (verb == "<") return expect(first, second);
    if (verb == "order") return order(first);
    if (verb == "hung") return hung_up();
    if (verb == "hang") return current_->peer->hang_up(), true;
    if (verb == "ping") return ping();
    if (verb == "pass") return pass(std::stoi(first), std::stoll(second));
    return send("5", "") && expect("5", "") && hung_up(); // bye
}

bool ScenarioPlayer::connect() {
    if (current_->peer == nullptr || !subject_.initiates) current_->peer = std::make_unique<RawPeer>(subject_.me, subject_.you);
    if (subject_.resets_on_logon) current_->next_in = current_->next_out = 1;
    return subject_.connect(*current_->peer) || fail("no connection");
}

bool ScenarioPlayer::logon(const std::string& seconds) {
    const std::string fields = "98=0|108=" + seconds;
    if (!connect()) return false;
    return subject_.initiates ? expect("A", fields) && send("A", fields) : send("A", fields) && expect("A", fields);
}

bool ScenarioPlayer::order(const std::string& id) {
    if (subject_.initiates) return send("8", "37=V|11=" + id + "|17=" + id + (subject_.version == "FIX.4.2" ? "|20=0" : "") + "|150=0|39=0|55=AAA|54=1|38=1|151=1|14=0|6=0");
    const std::string fields = "11=" + id + "|21=1|55=AAA|54=1|60=NOW|40=1|38=1";
    return send("D", fields) && (!subject_.echoes || expect("D", "11=" + id + "|21=1|55=AAA|54=1|60=*|40=1|38=1"));
}

bool ScenarioPlayer::ping() {
    const std::string id = "112=ping-" + std::to_string(++pings_);
    return send("1", id) && expect("0", id);
}

bool ScenarioPlayer::pass(int times, std::int64_t seconds) {
    for (int i = 0; i < times; ++i) {
        advance_clock(seconds);
        if (!ping()) return false;
    }
    return true;
}

bool ScenarioPlayer::restart(bool reset) {
    current_->peer->hang_up();
    subject_.restart(reset);
    if (reset) current_->next_in = current_->next_out = 1;
    return true;
}

/// The peer ended the connection and said nothing more before.
bool ScenarioPlayer::hung_up() {
    const std::string text = current_->peer->receive("");
    if (!text.empty()) return fail("expected the end of the connection, came " + text);
    return current_->peer->hung_up() || fail("the peer does not end the connection");
}

std::string ScenarioPlayer::expand(const std::string& value) const {
    if (value == "VERSION") return subject_.version;
    if (value == "ME") return subject_.me;
    if (value == "YOU") return subject_.you;
    if (value == "NEXT") return std::to_string(current_->next_out);
    if (value.rfind("NOW", 0) == 0) return timestamp(value.size() > 3 ? std::stoll(value.substr(3)) : 0);
    return value;
}

ScenarioPlayer::Fields ScenarioPlayer::parse(const std::string& text) const {
    Fields fields;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('|', at), text.size());
        const std::string field = text.substr(at, end - at);
        const std::size_t equals = field.find('=');
        if (equals == std::string::npos)
            fields.emplace_back("", field);
        else
            fields.emplace_back(field.substr(0, equals), expand(field.substr(equals + 1)));
        at = end + 1;
    }
    return fields;
}

/// The text of a message, its length and checksum computed where it says so.
std::string ScenarioPlayer::finished(const Fields& fields) {
    const auto text_of = [](const std::pair<std::string, std::string>& field) {
        return (field.first.empty() ? field.second : field.first + "=" + field.second) + separator;
    };
    std::string body;
    bool inside = false;
    for (const auto& field : fields) {
        if (inside && field.first != "10") body += text_of(field);
        if (field.first == "9") inside = true;
    }
    std::string text;
    for (auto field : fields) {
        if (field.first == "9" && is_computed(field.second)) field.second = std::to_string(body.size() + wrong_by(field.second));
        if (field.first == "10" && is_computed(field.second))
            field.second = three_digits((checksum(text) + static_cast<unsigned>(wrong_by(field.second))) % 256);
        text += text_of(field);
    }
    return text;
}

bool ScenarioPlayer::send(const std::string& type, const std::string& text) {
    Fields fields = {{"8", subject_.version}, {"9", "?"},         {"35", type},
                     {"34", std::to_string(current_->next_out)}, {"49", subject_.me}, {"52", timestamp(0)},
                     {"56", subject_.you}};
    const auto place = [&](const std::string& tag) {
        return std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == tag; });
    };
    std::string check = "?";
    bool numbered_by_hand = false;
    for (const auto& [tag, value] : parse(text)) {
        const auto header = place(tag);
        if (tag.empty() && value[0] == '!') {
            fields.erase(place(value.substr(1)));
        } else if (tag == "10") {
            check = value;
        } else if (header != fields.end() && header - fields.begin() < 7) {
            header->second = value;
            numbered_by_hand = numbered_by_hand || tag == "34";
        } else {
            fields.emplace_back(tag, value);
        }
    }
    fields.emplace_back("10", check);
    int number = current_->next_out;
    if (numbered_by_hand) number = std::atoi(place("34")->second.c_str());
    current_->next_out = std::max(current_->next_out, number + 1);
    current_->peer->send_bytes(finished(fields));
    return true;
}

bool ScenarioPlayer::raw(const std::string& text) {
    const Fields fields = parse(text);
    const bool numbered = text.find("34=NEXT") != std::string::npos;
    current_->peer->send_bytes(finished(fields));
    if (numbered) ++current_->next_out;
    return true;
}

/// What the next message has to have, with the number that is due.
ScenarioPlayer::Fields ScenarioPlayer::expected_fields(const std::string& type, const std::string& text) {
    Fields wanted = parse(text);
    wanted.emplace_back("35", type);
    const auto number = std::find_if(wanted.begin(), wanted.end(), [](const auto& field) { return field.first == "34"; });
    const bool again = std::find(wanted.begin(), wanted.end(), std::pair<std::string, std::string>("43", "Y")) != wanted.end();
    if (number == wanted.end())
        wanted.emplace_back("34", std::to_string(current_->next_in++));
    else if (!again)
        current_->next_in = std::atoi(number->second.c_str()) + 1;
    return wanted;
}

bool ScenarioPlayer::expect(const std::string& type, const std::string& fields) {
    Fields wanted = expected_fields(type, fields);
    const std::string text = current_->peer->receive("");
    const std::string expectation = "expected " + type + " " + fields + ", came ";
    if (text.empty()) return fail(expectation + "nothing, or the connection ended");
    std::string bytes = text;
    std::replace(bytes.begin(), bytes.end(), '|', separator);
    const std::size_t trailer = bytes.size() - 7;
    if (bytes.substr(trailer) != "10=" + three_digits(checksum(bytes.substr(0, trailer))) + separator) return fail("wrong checksum: " + text);
    const Fields got = parse(text);
    const auto differ = [&](const std::string& how) { return fail(expectation + text + " (" + how + ")"); };
    for (const auto& [tag, value] : got) {
        if (tag == "8" && value != subject_.version) return differ("BeginString");
        if (tag == "49" && value != subject_.you) return differ("SenderCompID");
        if (tag == "56" && value != subject_.me) return differ("TargetCompID");
        if (is_envelope(tag)) continue;
        const auto match = std::find_if(wanted.begin(), wanted.end(),
                                        [&](const auto& field) { return field.first == tag && (field.second == value || field.second == "*"); });
        if (match == wanted.end()) return differ("unexpected " + tag + "=" + value);
        wanted.erase(match);
    }
    return wanted.empty() || differ("without " + wanted[0].first + "=" + wanted[0].second);
}

} // namespace martlet::test
