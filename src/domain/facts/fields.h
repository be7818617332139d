// Values held against the fields that a pack describes: of a ledger row, of a form. What a field
// may hold follows from its type; whether a person or an organisation named by an id is there is
// not known here.

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pack/pack.h"

namespace anxiao::facts {

inline constexpr std::size_t kTextCharactersMost = 200;
inline constexpr std::size_t kLongTextCharactersMost = 4000;
inline constexpr std::size_t kPhotosMost = 20;
inline constexpr double kMoneyMost = 1e12;
// Of a person's papers, without what people put between the characters.
inline constexpr std::size_t kIdentityCharactersLeast = 6;
inline constexpr std::size_t kIdentityCharactersMost = 40;
inline constexpr std::size_t kIdentityCharactersShown = 4;

// What is wrong with `value` for `field`, as one word: text, long, day, moment, number, range,
// choice, photos, id, flag, identity. Empty where nothing is. Least and most of the field bound a
// number, the characters of a text without its blanks, the count of photographs; a blank value is
// in any range.
std::string fault_of(const pack::Field& field, const boost::json::value& value);

// True for what counts as nothing given: null, an empty text, an empty list.
bool is_blank(const boost::json::value& value);

// Whether `fields` has something under `id` that is not blank.
bool in_hand(const boost::json::object& fields, const std::string& id);

// A person's papers as they are kept: {hash, last4}, of which only the second is for people to see.
// The secret is wanted, so that nobody finds papers by trying them all. The same papers give the
// same hash, however they were written.
boost::json::object sealed_identity(std::string_view secret, std::string_view text);

// The row as it leaves the server: of papers {last4}. Where some fields are personal, what the pack
// does not know any more may have been and is left out.
boost::json::object shown(const std::vector<pack::Field>& fields, const boost::json::object& kept);

// Of the row the fields that are known not to be personal.
boost::json::object without_personal(const std::vector<pack::Field>& fields,
                                     const boost::json::object& kept);
bool has_personal(const std::vector<pack::Field>& fields);

// The whole row: every key one of the fields (`fields.unknown`), every value fit for its field
// (`fields.malformed`, args.fault), every required field given (`fields.required`, wants all that
// are missing). Blank values are left out of what it gives. A text field with choices names one or
// more of them, in a list or with commas between; it is kept as a text with commas. Papers may be
// the text of them, or sealed already.
Result<boost::json::object> check_fields(const std::vector<pack::Field>& fields,
                                         const boost::json::object& given);

}  // namespace anxiao::facts
