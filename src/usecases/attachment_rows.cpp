#include "usecases/attachment_rows.h"

#include "base/hash.h"

namespace anxiao::usecases {

std::optional<HeldFile> row_of(Reader& reader, const std::string& district,
                               const std::string& sha256) {
  std::optional<HeldFile> kept;
  reader.query(
      "SELECT type, size, complete, person FROM attachments WHERE district = $1 AND sha256 = $2",
      {district, sha256}, [&](const Row& row) {
        kept = HeldFile{.district = district,
                        .type = std::string(row.text(0)),
                        .size = row.integer(1),
                        .complete = row.flag(2),
                        .person = std::string(row.text(3))};
      });
  return kept;
}

Result<void> check_hash(const std::string& sha256) {
  if (is_sha256_hex(sha256)) return {};
  return Refusal{
      .why = Why::malformed,
      .key = "attachment.hash_malformed",
      .detail = "an attachment is named by the SHA-256 of its bytes, in small hexadecimals",
      .field = "sha256"};
}

Refusal wrong_type(std::string_view declared, std::string_view found) {
  return {.why = Why::refused,
          .key = "attachment.wrong_type",
          .detail = "the bytes are not of the type that was declared",
          .field = "Content-Type",
          .args = {{"declared", declared}, {"found", found}}};
}

}  // namespace anxiao::usecases
