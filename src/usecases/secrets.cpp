#include "usecases/secrets.h"

#include "base/ids.h"
#include "usecases/query.h"

namespace anxiao::usecases {

namespace {

constexpr std::size_t kSecretBytes = 32;

}  // namespace

std::string secret_of(Reader& reader, std::string_view district, std::string_view key) {
  std::string secret;
  Query("SELECT value FROM settings WHERE district = ? AND key = ?",
        {std::string(district), std::string(key)})
      .run(reader, [&](const Row& row) {
        secret = boost::json::value_to<std::string>(boost::json::parse(row.text(0)));
      });
  return secret;
}

std::string wanted_secret(Transaction& transaction, std::string_view district,
                          std::string_view key) {
  auto secret = secret_of(transaction, district, key);
  if (!secret.empty()) return secret;
  // Another server may make it at the same moment; the first one stays.
  Query("INSERT INTO settings (district, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        {std::string(district), std::string(key),
         boost::json::serialize(boost::json::value(random_token(kSecretBytes)))})
      .exec(transaction);
  return secret_of(transaction, district, key);
}

}  // namespace anxiao::usecases
