#include "dictionary.hpp"

#include <sstream>

#include "../dictionary/fix42_codes.hpp"
#include "../dictionary/fix42_orders.hpp"
#include "../dictionary/fix42_session.hpp"
#include "../dictionary/fix44_codes.hpp"
#include "../dictionary/fix44_orders.hpp"
#include "../dictionary/fix44_recovery.hpp"
#include "../dictionary/fix44_session.hpp"
#include "../dictionary/fix_fields.hpp"
#include "../dictionary/fix_market_data.hpp"
#include "version.hpp"

namespace martlet::fix {
namespace {

void add_field(FIX::DataDictionary& dictionary, int tag, const char* name, FIX::TYPE::Type type) {
    if (dictionary.isField(tag)) return;
    dictionary.addField(tag);
    dictionary.addFieldType(tag, type);
    dictionary.addFieldName(tag, name);
}

void add_to_group(FIX::DataDictionary& dictionary, const char* message, int group, int tag) {
    int delimiter = 0;
    const FIX::DataDictionary* entries = nullptr;
    if (!dictionary.getGroup(message, group, delimiter, entries) || entries->isField(tag)) return;
    // The group's dictionary belongs to ours, which is not const; QuickFIX only hands it out as such.
    const_cast<FIX::DataDictionary*>(entries)->addField(tag);
}

/// What we send that the standard dictionaries do not have.
void extend(FIX::DataDictionary& dictionary, const Vocabulary& words) {
    add_field(dictionary, 83, "RptSeq", FIX::TYPE::Int);
    add_field(dictionary, 969, "MinPriceIncrement", FIX::TYPE::Float);
    add_field(dictionary, 1140, "MaxTradeVol", FIX::TYPE::Qty);
    add_field(dictionary, 2446, "AggressorSide", FIX::TYPE::Int);
    if (!dictionary.isMsgField("W", 83)) dictionary.addMsgField("W", 83);
    add_to_group(dictionary, "W", 268, 278);
    add_to_group(dictionary, "W", 268, 2446);
    add_to_group(dictionary, "X", 268, 83);
    add_to_group(dictionary, "X", 268, 2446);
    if (!words.positions) return;
    if (!dictionary.isMsgField("AP", 60)) dictionary.addMsgField("AP", 60);
    if (!dictionary.isMsgField("AE", 851)) dictionary.addMsgField("AE", 851);
    add_to_group(dictionary, "y", 146, 969);
    add_to_group(dictionary, "y", 146, 1140);
}

} // namespace

std::string built_in_dictionary(FixVersion version) {
    if (version == FixVersion::fix42)
        return std::string(fix42_session) + fix42_orders + fix_market_data + "</messages><components/>" + fix42_codes + fix_fields;
    return std::string(fix44_session) + fix44_orders + fix_market_data + fix44_recovery + fix44_codes + fix_fields;
}

std::shared_ptr<FIX::DataDictionary> load_dictionary(const char* directory, FixVersion version, std::string* error) {
    try {
        std::shared_ptr<FIX::DataDictionary> dictionary;
        if (directory != nullptr) {
            dictionary = load_standard_dictionary(directory, version, error);
            if (dictionary == nullptr) return nullptr;
            extend(*dictionary, vocabulary(version));
        } else {
            std::istringstream text(built_in_dictionary(version));
            dictionary = std::make_shared<FIX::DataDictionary>(text);
        }
        dictionary->checkUserDefinedFields(false);
        return dictionary;
    } catch (const std::exception& problem) {
        *error = std::string("cannot read the built-in FIX dictionary: ") + problem.what();
        return nullptr;
    }
}

std::shared_ptr<FIX::DataDictionary> load_standard_dictionary(const char* directory, FixVersion version, std::string* error) {
    const std::string path = std::string(directory) + "/" + vocabulary(version).dictionary;
    try {
        return std::make_shared<FIX::DataDictionary>(path);
    } catch (const std::exception& problem) {
        *error = "cannot read the FIX dictionary " + path + ": " + problem.what();
        return nullptr;
    }
}

} // namespace martlet::fix
