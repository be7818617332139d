#include "usecases/attachment_uses.h"

#include "base/hash.h"

namespace anxiao::usecases {

Result<void> check_photo(Reader& reader, const std::string& district,
                         const std::string& sender_district, const std::string& sha256,
                         const std::string& field) {
  std::string type;
  if (is_sha256_hex(sha256))
    reader.query(
        "SELECT type FROM attachments WHERE district IN ($1, $2) AND sha256 = $3 AND complete",
        {district, sender_district, sha256}, [&](const Row& row) { type = row.text(0); });
  if (type.empty())
    return Refusal{.why = Why::refused,
                   .key = "attachment.incomplete",
                   .detail = "send the picture before what names it",
                   .field = field,
                   .args = {{"sha256", sha256}}};
  if (!type.starts_with("image/"))
    return Refusal{.why = Why::refused,
                   .key = "attachment.wrong_type",
                   .detail = "a picture is wanted here",
                   .field = field,
                   .args = {{"type", type}}};
  return {};
}

void use_attachment(Transaction& transaction, const std::string& district,
                    const std::string& sha256, std::string_view noun, const std::string& subject) {
  transaction.exec(
      "INSERT INTO attachment_uses (district, sha256, noun, subject) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT DO NOTHING",
      {district, sha256, std::string(noun), subject});
}

}  // namespace anxiao::usecases
