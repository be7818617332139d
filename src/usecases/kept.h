// Whoever makes a thing names it. The same thing sent again under the same id gets the same
// answer; another thing under that id is a conflict. What was sent is remembered in the journal
// line that made the thing, as a hash.

#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

template <class T>
struct Kept {
  T value;
  bool repeated = false;  // it was there already
};

// Of what was sent, whatever the order of its keys.
std::string sent_hash_of(const boost::json::value& sent);

// Whether `id` was made before by this very command (`kind` of journal line). Refuses `id.taken`
// where it was made by another. The line must hold the hash as `sent`.
Result<bool> made_before(Reader& reader, std::string_view district, std::string_view id,
                         std::string_view kind, const std::string& sent_hash);

Refusal id_taken();

// The version that an edit was made against must be the present one: refuses `edit.stale`.
Result<void> check_version(std::int64_t present, std::int64_t expected);

Refusal not_found(std::string_view noun);

}  // namespace anxiao::usecases
