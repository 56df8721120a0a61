#include "decimal_reader.hpp"

namespace martlet {

Defect DecimalReader::read_slowly(std::string_view text, std::int64_t& units) const noexcept {
    switch (read_decimal(text.data(), text.size(), increment_, &units)) {
    case DecimalStatus::ok: return Defect::none;
    case DecimalStatus::malformed: return Defect::malformed_number;
    case DecimalStatus::not_a_multiple: return Defect::off_increment;
    case DecimalStatus::overflow: return Defect::number_out_of_range;
    }
    return Defect::malformed_number;
}

} // namespace martlet
