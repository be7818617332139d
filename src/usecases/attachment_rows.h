// Rows of attachments, and what is refused of any of them.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

// The row of a file in one district.
struct HeldFile {
  std::string district;
  std::string type;
  std::int64_t size = 0;
  bool complete = false;
  std::string person;
};

std::optional<HeldFile> row_of(Reader& reader, const std::string& district,
                               const std::string& sha256);

// Refuses `attachment.hash_malformed`.
Result<void> check_hash(const std::string& sha256);
Refusal wrong_type(std::string_view declared, std::string_view found);

}  // namespace anxiao::usecases
