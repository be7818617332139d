// Which attachment is used by what. A file that something names must be here whole; a file that
// nothing names is swept away.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

// Refuses `attachment.incomplete` where the picture is not here whole, in the district of what
// uses it or in that of whoever sent it, and `attachment.wrong_type` where it is no picture.
Result<void> check_photo(Reader& reader, const std::string& district,
                         const std::string& sender_district, const std::string& sha256,
                         const std::string& field);

void use_attachment(Transaction& transaction, const std::string& district,
                    const std::string& sha256, std::string_view noun, const std::string& subject);

}  // namespace anxiao::usecases
