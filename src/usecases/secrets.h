// Secrets of a district by which something is hashed so that nobody without the secret can make or
// guess it: codes of points, papers of visitors. Each is random, made when it is first wanted, kept
// among the settings, and never leaves the server.

#pragma once

#include <string>
#include <string_view>

#include "usecases/ports.h"

namespace anxiao::usecases {

// Empty where it was never wanted.
std::string secret_of(Reader& reader, std::string_view district, std::string_view key);
std::string wanted_secret(Transaction& transaction, std::string_view district,
                          std::string_view key);

}  // namespace anxiao::usecases
