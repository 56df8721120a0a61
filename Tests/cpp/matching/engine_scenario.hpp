#pragma once
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "engine_words.hpp"
#include "martlet/matching_engine.hpp"
#include "naive_engine.hpp"

// Life cycles of orders as text that a trader can read. A line is a request or a question; every answer is stated:
//
//     # What the file shows, in one sentence.
//     buy 100 @ 10.05 as A1 by alice        (further words: see `order`)
//     > accepted A1
//     book
//     > bids 10.05 x 100
//     > asks none
//
// Requests: buy, sell, cancel NAME, cancel-all OWNER, replace NAME with NAME: Q @ P, phase NAME, end-of-day, clock T,
// bands LOW HIGH, ticks T from P …; `at T` before a request sets the time. Questions: book, order NAME, last,
// indicative [opening] [closing], feed (what the public saw of the last request).

namespace martlet::test {

/// The fast engine as a scenario needs it.
class FastMarket {
public:
    FastMarket(const MatchingOptions& options, Teller& teller) : engine(options), teller_(teller) {}
    void submit(const OrderRequest& request, const OrderTerms& terms, bool plain) {
        if (plain) engine.submit(request, teller_);
        else engine.submit(request, terms, teller_);
    }
    void cancel(const CancelRequest& request) { engine.cancel(request, teller_); }
    void replace(const ReplaceRequest& request) { engine.replace(request, teller_); }
    void cancel_all(std::uint32_t owner, std::int64_t time) { engine.cancel_all(owner, time, teller_); }
    void set_status(TradingStatus status, std::int64_t time) { engine.set_status(status, time, teller_); }
    void end_day(std::int64_t time) { engine.end_day(time, teller_); }
    void advance(std::int64_t time) { engine.advance(time, teller_); }
    std::vector<Level> levels(Side side) const {
        std::vector<Level> levels(64);
        levels.resize(engine.depth(side, levels.data(), levels.size()));
        return levels;
    }
    OrderState find(std::uint32_t owner, std::uint64_t client) const { return engine.find(owner, client); }
    MatchingEngine engine;

private:
    Teller& teller_;
};

/// The naive one.
class NaiveMarket {
public:
    NaiveMarket(const MatchingOptions& options, Teller& teller) : engine(options, teller) {}
    void submit(const OrderRequest& request, const OrderTerms& terms, bool) { engine.submit(request, terms); }
    void cancel(const CancelRequest& request) { engine.cancel(request); }
    void replace(const ReplaceRequest& request) { engine.replace(request); }
    void cancel_all(std::uint32_t owner, std::int64_t time) { engine.cancel_all(owner, time); }
    void set_status(TradingStatus status, std::int64_t time) { engine.set_status(status, time); }
    void end_day(std::int64_t time) { engine.end_day(time); }
    void advance(std::int64_t time) { engine.advance(time); }
    std::vector<Level> levels(Side side) const {
        std::vector<Level> levels;
        for (const auto& order : engine.all()) {
            if (order.state.side != side || order.where != NaiveEngine<Teller>::Where::shown) continue;
            if (levels.empty() || levels.back().price != order.state.price) levels.push_back({order.state.price, 0, 0, 0});
            levels.back().quantity += order.shown;
        }
        return levels;
    }
    OrderState find(std::uint32_t owner, std::uint64_t client) const {
        for (const auto& order : engine.all())
            if (order.state.owner == owner && order.state.client == client) return order.state;
        return {};
    }
    NaiveEngine<Teller> engine;
};

template <class Market> class EngineScenario {
public:
    /// Plays a text; returns where and how the answers differ from those expected, empty where they do not.
    /// Throws `ScenarioError` where the text itself makes no sense.
    static std::string play(const std::string& name, std::istream& text) {
        EngineScenario scenario(name);
        std::string line;
        while (std::getline(text, line)) scenario.step(line);
        scenario.compare();
        if (scenario.expectations_ == 0) throw ScenarioError(name + ": expects nothing");
        return scenario.differences_;
    }

private:
    using Words = std::vector<std::string>;

    explicit EngineScenario(const std::string& name) : name_(name), teller_(clients_) {}

    void step(const std::string& text) {
        ++line_;
        const std::string useful = text.substr(0, text.find('#'));
        if (line_ == 1 && (text.size() < 12 || text.substr(0, 2) != "# " || text.back() != '.'))
            throw ScenarioError(name_ + ": the first line must say in a sentence what the file shows: '# ….'");
        std::istringstream stream(useful);
        Words words;
        for (std::string word; stream >> word;) words.push_back(word);
        if (words.empty()) return;
        if (words[0] == ">") {
            std::string wanted;
            for (std::size_t i = 1; i < words.size(); ++i) wanted += (i > 1 ? " " : "") + words[i];
            expected_.push_back(wanted);
            ++expectations_;
            return;
        }
        compare();
        asked_ = useful;
        asked_line_ = line_;
        for (std::string& word : words)
            while (!word.empty() && (word.back() == ',' || word.back() == ':')) word.pop_back();
        try {
            ask(words);
        } catch (const ScenarioError& error) {
            throw ScenarioError(name_ + ":" + std::to_string(line_) + ": " + error.what());
        }
    }

    // Notes how the answers to the last request differ from those that were expected.
    void compare() {
        if (said_ != expected_) {
            std::string text = name_ + ":" + std::to_string(asked_line_) + ": to '" + asked_ + "'\n";
            std::size_t alike = 0;
            while (alike < said_.size() && alike < expected_.size() && said_[alike] == expected_[alike]) text += "      " + said_[alike++] + "\n";
            for (std::size_t i = alike; i < expected_.size(); ++i) text += "  expected  " + expected_[i] + "\n";
            for (std::size_t i = alike; i < said_.size(); ++i) text += "  was       " + said_[i] + "\n";
            differences_ += text;
        }
        said_.clear();
        expected_.clear();
    }

    static std::int64_t number(const Words& words, std::size_t at) {
        char* end = nullptr;
        const std::string text = at < words.size() ? words[at] : "";
        const std::int64_t value = std::strtoll(text.c_str(), &end, 10);
        if (text.empty() || *end != '\0') throw ScenarioError("expected a number as word " + std::to_string(at + 1) + ", was '" + text + "'");
        return value;
    }
    static const std::string& word(const Words& words, std::size_t at) {
        if (at >= words.size()) throw ScenarioError("expected a word after '" + words.back() + "'");
        return words[at];
    }

    void ask(Words words) {
        if (words[0] == "market") return configure(words);
        if (!market_) market_ = std::make_unique<Market>(options_, teller_);
        if (words[0] == "at") {
            time_ = number(words, 1);
            words.erase(words.begin(), words.begin() + 2);
            word(words, 0);
        }
        if (question(words)) return;
        teller_.begin(0);
        request(words);
        said_ = teller_.reports;
    }

    // market [tick P] [self-match MODE] [largest Q] [orders N]
    void configure(const Words& words) {
        if (market_) throw ScenarioError("'market' comes first");
        for (std::size_t i = 1; i < words.size(); i += 2) {
            if (words[i] == "tick") options_.tick = price_of(word(words, i + 1));
            else if (words[i] == "self-match") options_.self_match = mode(word(words, i + 1));
            else if (words[i] == "largest") options_.maximum_quantity = number(words, i + 1);
            else if (words[i] == "orders") options_.maximum_orders = static_cast<std::uint32_t>(number(words, i + 1));
            else throw ScenarioError("unknown option '" + words[i] + "'");
        }
    }

    bool question(const Words& words) {
        const std::string& what = words[0];
        if (what == "book") {
            said_ = {"bids " + levels(Side::buy), "asks " + levels(Side::sell)};
        } else if (what == "feed") {
            said_ = teller_.feed;
        } else if (what == "last") {
            const std::int64_t last = market_->engine.last_trade();
            said_ = {"last " + (last == 0 ? "none" : price_text(last))};
        } else if (what == "order") {
            const std::string& name = word(words, 1);
            const OrderState order = market_->find(owner_of(name), clients_.number(name));
            said_ = {"order " + name + ": " + (order.leaves == 0 ? "gone" : std::string(side_text(order.side)) + " " + Teller::at(order.leaves, order.price) + ", " + std::to_string(order.filled) + " filled")};
        } else if (what == "indicative") {
            const auto has = [&](const char* flag) { return std::find(words.begin(), words.end(), flag) != words.end(); };
            const AuctionResult result = market_->engine.indicative(has("opening"), has("closing"));
            said_ = {result.volume == 0 ? "indicative none" : "indicative " + Teller::at(result.volume, result.price) + ", surplus " + std::to_string(result.surplus)};
        } else {
            return false;
        }
        return true;
    }
    std::string levels(Side side) const {
        std::string text;
        for (const Level& level : market_->levels(side)) text += (text.empty() ? "" : ", ") + price_text(level.price) + " x " + std::to_string(level.quantity);
        return text.empty() ? "none" : text;
    }

    void request(const Words& words) {
        const std::string& verb = words[0];
        if (verb == "buy" || verb == "sell" || verb == "deal") return order(words);
        if (verb == "cancel") { // cancel NAME [by OWNER]
            const std::string& name = word(words, 1);
            const std::uint32_t owner = words.size() > 3 ? owner_number(words[3]) : owner_of(name);
            teller_.begin(next_cancel_);
            return market_->cancel({owner, 0, next_cancel_++, clients_.number(name), time_});
        }
        if (verb == "replace") return replace(words);
        if (verb == "cancel-all") return market_->cancel_all(owner_number(word(words, 1)), time_);
        if (verb == "end-of-day") return market_->end_day(time_);
        if (verb == "clock") {
            time_ = number(words, 1);
            return market_->advance(time_);
        }
        if (verb == "phase") {
            if (phases().count(word(words, 1)) == 0) throw ScenarioError("unknown phase '" + words[1] + "'");
            return market_->set_status(phases().at(words[1]), time_);
        }
        if (verb == "bands") {
            market_->engine.set_bands(price_of(word(words, 1)), price_of(word(words, 2)));
            return;
        }
        if (verb == "ticks") { // ticks T from P, T from P …
            TickTable table{};
            for (std::size_t i = 1; i < words.size(); i += 3) {
                table.tick[table.count] = price_of(words[i]);
                table.from[table.count++] = price_of(word(words, i + 2));
            }
            market_->engine.set_ticks(table);
            return;
        }
        throw ScenarioError("unknown request '" + verb + "'");
    }

    // replace NAME with NAME: QUANTITY @ PRICE [stop PRICE] [by OWNER]
    void replace(const Words& words) {
        const std::string& original = word(words, 1);
        const std::string& name = word(words, 3);
        ReplaceRequest request{owner_of(original), 0, clients_.number(name), clients_.number(original), 0, number(words, 4), time_};
        if (word(words, 6) != "market") request.price = price_of(words[6]);
        for (std::size_t i = 7; i < words.size(); i += 2) {
            if (words[i] == "stop") request.stop = price_of(word(words, i + 1));
            else if (words[i] == "by") request.owner = owner_number(word(words, i + 1));
            else throw ScenarioError("unknown word '" + words[i] + "'");
        }
        owners_[name] = request.owner;
        teller_.begin(request.client);
        market_->replace(request);
    }

    // buy|sell QUANTITY @ PRICE|market as NAME by OWNER [ioc|fok|gtc|at-open|at-close] [until TIME] [post-only] [hidden]
    // [show QUANTITY] [minimum QUANTITY] [stop PRICE] [trail DISTANCE] [self-match MODE]
    void order(const Words& words) {
        OrderRequest request{};
        OrderTerms terms;
        request.side = words[0] == "buy" ? Side::buy : words[0] == "sell" ? Side::sell : Side::none;
        request.quantity = number(words, 1);
        request.time = time_;
        const std::string& price = word(words, 3);
        request.type = price == "market" ? OrderType::market : price == "nothing" ? OrderType::none : OrderType::limit;
        if (request.type == OrderType::limit) request.price = price_of(price);
        const std::string& name = word(words, 5);
        request.client = clients_.number(name);
        request.owner = owners_[name] = owner_number(word(words, 7));
        for (std::size_t i = 8; i < words.size(); ++i) say(words, i, request, terms);
        const bool plain = words.size() == 8;
        if (terms.trail != 0) request.type = OrderType::trailing_stop;
        else if (terms.stop != 0) request.type = request.type == OrderType::market ? OrderType::stop : OrderType::stop_limit;
        market_->submit(request, terms, plain);
    }
    static void say(const Words& words, std::size_t& i, OrderRequest& request, OrderTerms& terms) {
        static const std::map<std::string, TimeInForce> in_force = {
            {"day", TimeInForce::day},
            {"gtc", TimeInForce::good_till_cancel},
            {"ioc", TimeInForce::immediate_or_cancel},
            {"fok", TimeInForce::fill_or_kill},
            {"gtd", TimeInForce::good_till_date},
            {"at-open", TimeInForce::at_the_opening},
            {"at-close", TimeInForce::at_the_close},
        };
        const std::string& what = words[i];
        if (in_force.count(what) != 0) {
            request.time_in_force = in_force.at(what);
        } else if (what == "until") {
            request.time_in_force = TimeInForce::good_till_date;
            terms.expires = number(words, ++i);
        } else if (what == "post-only") {
            request.instructions |= instruction_post_only;
        } else if (what == "hidden") {
            request.instructions |= instruction_hidden;
        } else if (what == "show") {
            terms.display = number(words, ++i);
        } else if (what == "minimum") {
            terms.minimum = number(words, ++i);
        } else if (what == "stop") {
            terms.stop = price_of(word(words, ++i));
        } else if (what == "trail") {
            terms.trail = price_of(word(words, ++i));
        } else if (what == "self-match") {
            terms.self_match = mode(word(words, ++i));
        } else {
            throw ScenarioError("unknown word '" + what + "'");
        }
    }
    static SelfMatch mode(const std::string& name) {
        static const std::map<std::string, SelfMatch> modes = {{"allowed", SelfMatch::allowed},
                                                               {"cancel-newest", SelfMatch::cancel_newest},
                                                               {"cancel-oldest", SelfMatch::cancel_oldest},
                                                               {"cancel-both", SelfMatch::cancel_both},
                                                               {"decrement", SelfMatch::decrement}};
        if (modes.count(name) == 0) throw ScenarioError("unknown mode '" + name + "'");
        return modes.at(name);
    }

    std::uint32_t owner_number(const std::string& name) { return static_cast<std::uint32_t>(owner_names_.number(name)); }
    std::uint32_t owner_of(const std::string& order) const {
        const auto known = owners_.find(order);
        return known == owners_.end() ? 0 : known->second;
    }

    std::string name_;
    Names clients_;
    Names owner_names_;
    std::map<std::string, std::uint32_t> owners_; ///< of each order's name
    Teller teller_;
    MatchingOptions options_;
    std::unique_ptr<Market> market_;
    std::uint64_t next_cancel_ = 1'000'000;
    std::int64_t time_ = 1;
    int line_ = 0;
    int asked_line_ = 0;
    int expectations_ = 0;
    std::string asked_;
    std::vector<std::string> said_;
    std::vector<std::string> expected_;
    std::string differences_;
};

} // namespace martlet::test
