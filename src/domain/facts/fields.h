// Whether a value is what a field of the pack asks for: the same for a ledger's row, a matter and
// an answer. Knows nothing of who asks or where the value goes.

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::facts {

// The longest text and long text, in characters, and the most photographs, where the field says
// nothing narrower by `most`.
inline constexpr std::size_t kTextMost = 200;
inline constexpr std::size_t kLongTextMost = 4000;
inline constexpr std::size_t kPhotosMost = 20;

// Empty where `value` suits `field`; otherwise the word of what was expected: text, long_text,
// day, money, number, integer, choice, photos, id, flag, in_range. A factor that came as the text
// of one of its choices becomes the number. A choice that lists nothing takes one of `others`.
// Null suits nothing: the caller decides what an absent value means.
std::optional<std::string> expected_of(const pack::Field& field, boost::json::value& value,
                                       const std::vector<std::string>& others = {});

// Whether something is there: no null, no blank text, no empty list.
bool in_hand(const boost::json::value& value);
bool in_hand(const boost::json::object& fields, const std::string& id);

}  // namespace anxiao::facts
